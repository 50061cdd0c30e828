/* channel_fixture.h - one opened channel of a provider that a descriptor describes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_CHANNEL_FIXTURE_H
#define TESTS_UNIT_CHANNEL_FIXTURE_H

#include "tests/unit/arena_fixture.h"

#include "base/json.h"
#include "gateways/descriptor.h"

static struct gw_channel CH;

/* CH.kind is known; `config` is JSON. */
static inline void channel_open(const char *config) {
    struct err err = {0};
    assert_int_equal(json_parse(str_from(config), &A, &CH.config, &err), OK);
    if (CH.kind->open(&CH, &A, &err) != OK) {
        fail_msg("%s", err.text);
    }
}

/* Of a shipped descriptor. */
static inline void channel_of(const char *provider, const char *config,
                              struct gw_memory *memory) {
    CH = (struct gw_channel){.name = STR("sms"), .memory = memory};
    assert_int_equal(descriptor_find(str_from(provider), &CH.kind), OK);
    channel_open(config);
}

/* Of a descriptor written in the test; CH's other members are the caller's. */
static inline void channel_written(struct str text, const char *config) {
    struct err err = {0};
    if (descriptor_compile("essai.yaml", text, &A, &CH.kind, &err) != OK) {
        fail_msg("%d:%d %s", err.line, err.column, err.text);
    }
    channel_open(config);
}

#endif
