# Rebond - `make help` lists the targets.
#
# One Makefile, not recursive. Each source folder becomes an archive; a program or test links only the
# archives of its own floor and of those below, so an include or a call that goes upward does not link.

B       ?= build
VARIANT ?= release
O       := $(B)/$(VARIANT)
CC      ?= gcc
CXX     ?= g++
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif

PKGS := libwebsockets libcurl sqlite3 libpcre2-8 jansson yaml-0.1 icu-uc icu-i18n libical libsodium openssl \
        libpq libgvc expat
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wvla -Werror
CPPFLAGS += -I. -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -MMD -MP
# -isystem keeps libraries' own headers out of our warnings
PKG_CFLAGS := $(subst -I/,-isystem /,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lgmp -lphonenumber -lpthread -lm
CFLAGS_BASE := -std=c11 -g -fno-omit-frame-pointer -fstack-protector-strong $(WARN) $(PKG_CFLAGS)
CXXFLAGS_BASE := -std=c++17 -g -fno-omit-frame-pointer -Wall -Wextra -Werror

ifeq ($(VARIANT),release)
CFLAGS_V := -O2 -D_FORTIFY_SOURCE=2
else ifeq ($(VARIANT),test)
CFLAGS_V := -O1 -DREBOND_FAULTS
else ifeq ($(VARIANT),asan)
CFLAGS_V := -O1 -DREBOND_FAULTS -fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS_V := -fsanitize=address,undefined
else ifeq ($(VARIANT),fuzz)
CFLAGS_V := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_V := -fsanitize=address,undefined
else ifeq ($(VARIANT),tsan)
CFLAGS_V := -O1 -DREBOND_FAULTS -fsanitize=thread
LDFLAGS_V := -fsanitize=thread
endif

# folders from the top floor down: the order is the link order
DIRS := cli web jobs bot/rapid bot/steps bot bot/flow bot/understand bot/expr gateways db base
ARCHIVES := $(foreach d,$(DIRS),$(O)/lib/$(subst /,_,$(d)).a)
srcs = $(wildcard $(1)/*.c $(1)/*.cc)
objs = $(patsubst %,$(O)/%.o,$(filter-out cli/main.c,$(call srcs,$(1))))

EMBED := $(wildcard db/schema/*.sql db/schema/*/*.sql flows/*.yaml gateways/providers/*.yaml \
                    bot/understand/tables/* web/assets/*)

# one short line a step; `make V=1` shows the commands
ifeq ($(V),)
Q := @
say = @printf '  %-4s %s\n' $(1) $(2)
else
say = @:
endif

.DEFAULT_GOAL := all
.PHONY: all help
all: $(O)/rebond ## build the release binary build/rebond
ifeq ($(VARIANT),release)
	@ln -sf release/rebond $(B)/rebond
endif

help: ## list the targets
	@awk -F':.*## ' '/^[a-z][a-z_-]*:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(O)/rebond: $(O)/cli/main.c.o $(ARCHIVES) $(O)/gen/embed.c.o
	$(call say,LD,$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $@ $(O)/cli/main.c.o -Wl,--start-group $(ARCHIVES) $(O)/gen/embed.c.o -Wl,--end-group $(PKG_LIBS)

$(O)/%.c.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_BASE) $(CFLAGS_V) $(CFLAGS) -c -o $@ $<
$(O)/%.cc.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS_BASE) $(CFLAGS_V) -c -o $@ $<
$(O)/gen/embed.c: tools/embed.sh $(EMBED)
	@mkdir -p $(@D)
	$(Q)tools/embed.sh $(EMBED) > $@.tmp && mv $@.tmp $@
$(O)/gen/embed.c.o: $(O)/gen/embed.c
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_BASE) $(CFLAGS_V) -c -o $@ $<

define archive_rule
$(O)/lib/$(subst /,_,$(1)).a: $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(Q)ar rcs $$@ $$^
endef
$(foreach d,$(DIRS),$(eval $(call archive_rule,$(d))))

# what a test of a folder may link: itself and the floors below
below_base           := base
below_db             := db base
below_gateways       := gateways base
below_bot_expr       := bot/expr base
below_bot_understand := bot/understand base
below_bot_flow       := bot/flow bot/understand bot/expr base
below_bot_rapid      := bot/rapid bot/steps bot bot/flow bot/understand bot/expr base
below_bot_steps      := $(below_bot_rapid)
below_bot            := $(below_bot_steps)
below_jobs           := jobs $(below_bot_rapid) gateways db base
below_web            := web $(below_jobs)
below_cli            := cli $(below_web)

# tests/unit/test_NAME.c tests NAME.c: find NAME.c's folder, link its floor
UNIT := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
unit_dir = $(firstword $(foreach d,$(DIRS),$(if $(wildcard $(d)/$(1).c $(d)/$(1).cc $(d)/$(1).h),$(d))))
# strict fakes of the network's other side; members are linked only by tests that use them
FAKES := $(O)/lib/tests_fake.a
$(FAKES): $(patsubst %,$(O)/%.o,$(wildcard tests/fake/*.c))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^
define unit_rule
$(O)/unit/test_$(1): $(O)/tests/unit/test_$(1).c.o $(FAKES) $(foreach d,$(below_$(subst /,_,$(call unit_dir,$(1)))),$(O)/lib/$(subst /,_,$(d)).a) $(O)/gen/embed.c.o
	@mkdir -p $$(@D)
	$(call say,LD,$$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $$@ $$< -Wl,--start-group $$(filter %.a,$$^) $(O)/gen/embed.c.o -Wl,--end-group $(PKG_LIBS) -lcmocka
unit-$(1): $(O)/unit/test_$(1)
	$$<
endef
$(foreach u,$(UNIT),$(eval $(call unit_rule,$(u))))

# tests/jobs/test_NAME.c and tests/crash: an office in a folder (tests/jobs/office.c) and strict fakes (tests/fake)
OFFICE := $(O)/tests/jobs/office.c.o $(FAKES)
JOBTESTS := $(patsubst tests/jobs/test_%.c,%,$(wildcard tests/jobs/test_*.c))
define job_rule
$(O)/jobtest/test_$(1): $(O)/tests/jobs/test_$(1).c.o $(OFFICE) $(foreach d,$(below_jobs),$(O)/lib/$(subst /,_,$(d)).a) $(O)/gen/embed.c.o
	@mkdir -p $$(@D)
	$(call say,LD,$$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $$@ $$< $(OFFICE) -Wl,--start-group $$(filter %.a,$$^) $(O)/gen/embed.c.o -Wl,--end-group $(PKG_LIBS) -lcmocka
jobtest-$(1): $(O)/jobtest/test_$(1)
	$$<
endef
$(foreach u,$(JOBTESTS),$(eval $(call job_rule,$(u))))

$(O)/crash_office: $(O)/tests/crash/crash_office.c.o $(OFFICE) $(foreach d,$(below_jobs),$(O)/lib/$(subst /,_,$(d)).a) $(O)/gen/embed.c.o
	$(call say,LD,$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $@ $< $(OFFICE) -Wl,--start-group $(filter %.a,$^) $(O)/gen/embed.c.o -Wl,--end-group $(PKG_LIBS) -lcmocka
crash: ## kill the office at every fault point, restart it, count
	@tests/crash/run.sh

# tests/fuzz/fuzz_NAME.c: with clang a libFuzzer target (make fuzz-NAME SECONDS=600), with any compiler a replay of
# its corpus (tests/fuzz/corpus/NAME)
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_LIBS := $(foreach d,$(filter-out cli web,$(DIRS)),$(O)/lib/$(subst /,_,$(d)).a)
SECONDS ?= 60
define fuzz_rule
$(O)/fuzz/replay_$(1): $(O)/tests/fuzz/fuzz_$(1).c.o $(O)/tests/fuzz/replay_main.c.o $(FUZZ_LIBS) $(O)/gen/embed.c.o
	@mkdir -p $$(@D)
	$(call say,LD,$$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $(FUZZ_LIBS) -Wl,--end-group $(PKG_LIBS)
replay-$(1): $(O)/fuzz/replay_$(1)
	@mkdir -p tests/fuzz/corpus/$(1)
	@$$< tests/fuzz/corpus/$(1)
$(O)/fuzz/fuzz_$(1): $(O)/tests/fuzz/fuzz_$(1).c.o $(FUZZ_LIBS) $(O)/gen/embed.c.o
	@mkdir -p $$(@D)
	$(call say,LD,$$@)
	$(Q)$(CXX) -fsanitize=fuzzer $(LDFLAGS_V) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $(FUZZ_LIBS) -Wl,--end-group $(PKG_LIBS)
# what is found new stays in the build folder; a failing input goes to the corpus by hand, with its mending
fuzz-$(1):
	@$$(MAKE) --no-print-directory VARIANT=fuzz CC=clang CXX=clang++ $(B)/fuzz/fuzz/fuzz_$(1)
	@mkdir -p $(B)/fuzz/found/$(1) $(B)/fuzz/bad
	@$(B)/fuzz/fuzz/fuzz_$(1) -max_total_time=$(SECONDS) -timeout=5 -print_final_stats=1 \
	    -artifact_prefix=$(B)/fuzz/bad/$(1)- $(B)/fuzz/found/$(1) tests/fuzz/corpus/$(1) \
	    >$(B)/fuzz/$(1).log 2>&1 || { tail -n 40 $(B)/fuzz/$(1).log; exit 1; }
	@grep -E '^Done|^stat' $(B)/fuzz/$(1).log
endef
$(foreach u,$(FUZZ),$(eval $(call fuzz_rule,$(u))))
.PHONY: fuzz-replay
fuzz-replay: $(foreach u,$(FUZZ),replay-$(u)) ## replay the fuzz corpora
.PHONY: $(foreach u,$(FUZZ),fuzz-$(u))
fuzz: $(foreach u,$(FUZZ),fuzz-$(u)) ## look for new faults with clang's fuzzer: SECONDS=60 each; make fuzz-flow for one

# tests/bench/bench_NAME.c: what is measured and what it is measured against; tools/bench makes the table of them
BENCH := $(patsubst tests/bench/bench_%.c,%,$(wildcard tests/bench/bench_*.c))
define bench_rule
$(O)/bench/bench_$(1): $(O)/tests/bench/bench_$(1).c.o $(FUZZ_LIBS) $(O)/gen/embed.c.o
	@mkdir -p $$(@D)
	$(call say,LD,$$@)
	$(Q)$(CXX) $(LDFLAGS_V) -o $$@ $$< -Wl,--start-group $(FUZZ_LIBS) $(O)/gen/embed.c.o -Wl,--end-group $(PKG_LIBS)
endef
$(foreach u,$(BENCH),$(eval $(call bench_rule,$(u))))
bench: $(O)/rebond $(foreach u,$(BENCH),$(O)/bench/bench_$(u)) ## measure: one table of ratios against baselines of the same run; NAME=row for one
	@tools/bench $(O) $(NAME)

-include $(shell find $(O) -name '*.d' 2>/dev/null)

# ---- running and testing -------------------------------------------------------------------------------
jobtests: $(foreach u,$(JOBTESTS),$(O)/jobtest/test_$(u)) ## build and run the job tests of this VARIANT
	@tools/run-unit $(O)/jobtest
.PHONY: jobtests run deps-build deps-test test unit talks crash real fuzz bench floors lint docs clean faults loc

deps-build:
	@tools/deps build
deps-test:
	@tools/deps test

run: deps-build ## install what is missing, build, start with invented data and a phone simulator
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@exec $(B)/rebond serve --demo

test: deps-test ## everything: unit tests (also under ASan/UBSan), transcripts, crash tests, real peers, browser
	@tools/run-tests

unit: $(foreach u,$(UNIT),$(O)/unit/test_$(u)) ## build and run the unit tests of this VARIANT
	@tools/run-unit $(O)/unit

floors: ## the walls: includes go down only, no cycles, one owner a library, sizes
	@tools/floors
lint: ## format, warnings of clang, banned calls
	@tools/lint
faults: ## list the named fault points
	@grep -rhoE 'FAULT(_FAILS)?\("[a-z_.]+"\)' --include='*.c' $(filter-out base,$(DIRS)) base | sed -E 's/.*\("(.*)"\).*/\1/' | sort -u
clean: ## remove what was built
	rm -rf $(B)
