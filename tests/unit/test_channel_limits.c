/* test_channel_limits.c - the provider's pace, price and length where the configuration is
 * silent. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/channel_limits.h"

#include "tests/unit/checks.h"

#include <stdlib.h>

#include "jobs/carriers.h"

static struct arena A;

static void read_config(const char *channel, struct config *ret) {
    struct buf problems;
    buf_init(&problems, 65536);
    arena_init(&A);
    setenv("LIMITS_TEST_KEY", "a-key-of-nobody", 1);
    struct str yaml = arena_printf(&A, "org: {name: ML}\nchannels:\n  - {%s}\n", channel);
    if (config_parse("limits.yaml", yaml, &A, ret, &problems) != OK) {
        fail_msg("%s", buf_cstr(&problems));
    }
    buf_done(&problems);
}

static void the_provider_speaks_when_nobody_else_does(void **state) {
    (void)state;
    struct config c;
    struct channel_limits l;
    read_config("name: sms, gateway: ovh_sms", &c);
    channel_limits(&c.channel[0], &l);
    assert_int_equal(l.per_1000_s, 5000);
    assert_int_equal(l.in_flight, 4);
    assert_int_equal(l.parts_max, 6);
    assert_int_equal(l.price_micro, 70000);
    assert_true(l.price_is_public && l.sms);
    assert_int_equal(l.per_person_ms, 2000); /* said by nobody: the default */
    arena_done(&A);
}

static void the_configuration_wins(void **state) {
    (void)state;
    struct config c;
    struct channel_limits l;
    read_config("name: sms, gateway: ovh_sms, per_second: 5, in_flight: 8, price: 0.051, "
                "parts_max: 0, per_person: 1 s",
                &c);
    channel_limits(&c.channel[0], &l);
    assert_int_equal(l.per_1000_s, 5000);
    assert_int_equal(l.in_flight, 8); /* also where it repeats the default */
    assert_int_equal(l.parts_max, 0);
    assert_int_equal(l.per_person_ms, 1000);
    assert_int_equal(l.price_micro, 51000);
    assert_false(l.price_is_public);
    assert_int_equal(channel_cents(&l, 3), 15);
    arena_done(&A);
}

static void no_descriptor_no_limits(void **state) {
    (void)state;
    struct config c;
    struct channel_limits l;
    read_config("name: chat, gateway: telegram, token: 'env:LIMITS_TEST_KEY'", &c);
    channel_limits(&c.channel[0], &l);
    assert_int_equal(l.per_1000_s, 5000);
    assert_int_equal(l.in_flight, 8);
    assert_true(!l.parts_max && !l.price_micro && !l.sms);
    arena_done(&A);
}

/* A phone sends six messages a minute, not one a second. */
static void slower_than_one_a_second(void **state) {
    (void)state;
    struct config c;
    static struct carrier k;
    read_config("name: phone, gateway: smsgate_android", &c);
    k = (struct carrier){.config = &c.channel[0]};
    channel_limits(k.config, &k.limits);
    assert_int_equal(k.limits.per_1000_s, 100);
    int64_t now = 1000000;
    assert_int_equal(carrier_take(&k, STR("+33639980101"), now), 0);
    int64_t wait = carrier_take(&k, STR("+33639980102"), now);
    assert_int_equal(wait, 10000);
    assert_true(carrier_take(&k, STR("+33639980102"), now + wait - 1) > 0);
    assert_int_equal(carrier_take(&k, STR("+33639980102"), now + wait), 0);
    /* it does not save up while it is idle */
    now += 3600000;
    assert_int_equal(carrier_take(&k, STR("+33639980103"), now), 0);
    assert_int_equal(carrier_take(&k, STR("+33639980104"), now), 10000);
    arena_done(&A);
}

/* One person hears from us at a person's pace, whatever the channel could do; others do not
 * wait for them. */
static void a_person_is_not_flooded(void **state) {
    (void)state;
    struct config c;
    static struct carrier k;
    read_config("name: chat, gateway: telegram, token: 'env:LIMITS_TEST_KEY', per_second: 30, "
                "per_person: 1 s",
                &c);
    k = (struct carrier){.config = &c.channel[0]};
    channel_limits(k.config, &k.limits);
    int64_t now = 1000000;
    assert_int_equal(carrier_take(&k, STR("4201"), now), 0);
    assert_int_equal(carrier_take(&k, STR("4201"), now + 400), 600);
    assert_int_equal(carrier_take(&k, STR("4202"), now + 400), 0);
    assert_int_equal(carrier_take(&k, STR("4201"), now + 1000), 0);
    arena_done(&A);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_provider_speaks_when_nobody_else_does),
        cmocka_unit_test(the_configuration_wins),
        cmocka_unit_test(no_descriptor_no_limits),
        cmocka_unit_test(slower_than_one_a_second),
        cmocka_unit_test(a_person_is_not_flooded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
