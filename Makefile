# The one Makefile. `make` builds build/chatcrafter; `make help` lists the rest.
#
# A room is a folder of src/ and becomes one archive. USES_room is what has to be linked below it, in the order the linker needs: the table
# of ARCHITECTURE.md followed to its end (test/lint/rooms.py compares the two, and every include with the table).

ROOMS := base vault model zendesk llm nlu agent net store egress flow web sandbox app

USES_base    :=
USES_vault   := base
USES_model   := base
USES_zendesk := model base
USES_llm     := model base
USES_nlu     := model base
USES_agent   := nlu model vault base
USES_net     := base
USES_store   := model vault base
USES_egress  := net model vault base
USES_flow    := egress store net agent nlu llm zendesk model vault base
USES_web     := flow $(USES_flow)
USES_sandbox := net model vault base
USES_app     := web flow sandbox egress store net agent nlu llm zendesk model vault base

LIBS_base    := -ljansson -lutf8proc
LIBS_vault   := -lsodium
LIBS_net     := -luv -lcurl -lssl -lcrypto
LIBS_store   := -lsqlite3
LIBS_sandbox := -lsqlite3

# ---- how it is compiled -------------------------------------------------------------------------------------------------

B       ?= build
MODE    ?= release
CC      ?= gcc
AR      := ar
VERSION := $(shell cat VERSION)

WARN := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
        -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion -Werror
# clang knows -ftrivial-auto-var-init=zero without conditions from version 16 on.
ZERO := $(shell $(CC) -ftrivial-auto-var-init=zero -fsyntax-only -x c /dev/null 2>/dev/null && echo -ftrivial-auto-var-init=zero)
# With clang the objects of asan also tell the fuzzer which way the code took; gcc has no fuzzer.
COVER := $(if $(findstring clang,$(CC)),-fsanitize=fuzzer-no-link)
HARD := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3 $(ZERO) -fPIE
LINK_HARD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code

CPPFLAGS_ALL := -Isrc -I$(B)/gen -D_GNU_SOURCE -include src/base/banned.h -isystem /usr/share/include/llhttp
CFLAGS_release := -O2 -g $(HARD)
CFLAGS_debug   := -O0 -g3 -fstack-protector-strong -fPIE
CFLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -fPIE $(COVER)
CFLAGS_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -fPIE
LDFLAGS_release := $(LINK_HARD)
LDFLAGS_debug   := -pie
LDFLAGS_asan    := -pie -fsanitize=address,undefined
LDFLAGS_tsan    := -pie -fsanitize=thread

CFLAGS_ALL  = -std=gnu17 $(WARN) $(CFLAGS_$(MODE)) -ffile-prefix-map=$(CURDIR)/= -DCHATCRAFTER_VERSION='"$(VERSION)"' $(CPPFLAGS_ALL) $(CFLAGS)
LDFLAGS_ALL = $(LDFLAGS_$(MODE)) $(LDFLAGS)

ifeq ($(V),)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif

# ---- rooms to archives --------------------------------------------------------------------------------------------------

#: all        build/chatcrafter
.PHONY: all
all: $(B)/chatcrafter

objects = $(patsubst src/%.c,$(B)/obj/%.o,$(wildcard src/$(1)/*.c)) $(patsubst %,$(B)/obj/%,$(EXTRA_$(1)))

# llhttp comes as C sources in Debian's node-llhttp; strict mode is how it was generated there.
EXTRA_net := llhttp/api.o llhttp/http.o llhttp/llhttp.o
$(B)/obj/llhttp/%.o: /usr/share/llhttp/%.c
	@mkdir -p $(@D)
	$(call say,CC,llhttp/$*.c)
	$(Q)$(CC) -std=gnu17 -w $(CFLAGS_$(MODE)) -DLLHTTP_STRICT_MODE=1 -isystem /usr/share/include/llhttp -c $< -o $@

# The migrations of sql/ become a table in room store.
EXTRA_store := gen/migrations.o
$(B)/gen/migrations.c: scripts/embed-sql.sh $(sort $(wildcard sql/*.sql))
	@mkdir -p $(@D)
	$(Q)scripts/embed-sql.sh $(filter %.sql,$^) > $@.part && mv $@.part $@
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# The classifier's weights come from the text in src/nlu/data, by a trainer that is built for it alone (liblinear) and without sanitizers.
EXTRA_nlu := gen/nlu_model.o
NLU_DATA  := $(sort $(wildcard src/nlu/data/*.txt))
NLU_TRAIN := $(wildcard src/base/*.c) $(addprefix src/,nlu/train/train.c nlu/train/grammar.c nlu/words.c nlu/clause.c nlu/features.c nlu/lexicon.c nlu/meaning.c model/field.c)
$(B)/nlu_train: $(NLU_TRAIN) $(wildcard src/nlu/*.h src/nlu/*.def src/nlu/train/*.h src/base/*.h)
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu17 -O2 $(WARN) $(CPPFLAGS_ALL) $(NLU_TRAIN) $(LIBS_base) -llinear -lm -o $@
$(B)/gen/nlu_model.c: $(B)/nlu_train $(NLU_DATA)
	@mkdir -p $(@D)
	$(call say,TRAIN,$@)
	$(Q)$(B)/nlu_train $@.part $(NLU_DATA) && mv $@.part $@

# The words of the claim gate, by class in claim.def, become a table by word.
EXTRA_agent := gen/claim_table.o
$(B)/claim_table: src/agent/table/claim_table.c src/agent/claim.def src/agent/claim_table.h src/agent/claim_words.h src/base/text.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu17 -O2 $(WARN) $(CPPFLAGS_ALL) $(filter %.c,$^) -o $@
$(B)/gen/claim_table.c: $(B)/claim_table
	@mkdir -p $(@D)
	$(Q)$< > $@.part && mv $@.part $@

# The console: ui/ is built by npm from its lock file, then carried in the binary as one C file.
EXTRA_web := gen/assets.o
NPM_CI ?= --omit=dev
UI_SOURCES := $(shell find ui/src -type f) ui/build.mjs
ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	$(call say,NPM,ui)
	$(Q)cd ui && npm ci $(NPM_CI) --silent && touch node_modules/.package-lock.json
$(B)/gen/assets.c: $(UI_SOURCES) scripts/assets.mjs ui/node_modules/.package-lock.json
	@mkdir -p $(@D)
	$(call say,UI,$@)
	$(Q)OUT=$(abspath $(B))/console node ui/build.mjs
	$(Q)node scripts/assets.mjs $(B)/console $@

define room_rules
$(B)/lib/$(1).a: $(call objects,$(1))
	@mkdir -p $$(@D)
	$$(Q)rm -f $$@
	$$(Q)$$(AR) crs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rules,$(room))))

archives = $(patsubst %,$(B)/lib/%.a,$(1))
libraries = $(foreach room,$(1),$(LIBS_$(room)))

# ---- the program --------------------------------------------------------------------------------------------------------

$(B)/chatcrafter: $(call archives,app $(USES_app))
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(call archives,app $(USES_app)) $(call libraries,app $(USES_app)) -lpthread

# ---- unit tests: test/unit/ROOM/test_FILE.c links ROOM and what it may use, nothing above ---------------------------------

unit_tests = $(patsubst test/unit/%.c,$(B)/test/%,$(wildcard test/unit/$(1)/test_*.c))

define unit_rules
$(B)/test/$(1)/%: test/unit/$(1)/%.c $(call archives,$(1) $(USES_$(1)))
	@mkdir -p $$(@D)
	$$(call say,TEST,$$<)
	$$(Q)$$(CC) $$(CFLAGS_ALL) -Itest -MMD -MP $$< $$(LDFLAGS_ALL) -o $$@ $(call archives,$(1) $(USES_$(1))) $(call libraries,$(1) $(USES_$(1))) -lcmocka -lpthread
.PHONY: unit-$(1)
unit-$(1): $(call unit_tests,$(1))
endef
$(foreach room,$(ROOMS),$(eval $(call unit_rules,$(room))))

#: unit       build the unit tests of every room; unit-ROOM those of one
.PHONY: unit
unit: $(foreach room,$(ROOMS),unit-$(room))

# ---- simulation and model of the delivery protocol ------------------------------------------------------------------------------

SEEDS ?= 300000
#: sim        seeded histories of the delivery machine against a hostile Zendesk; SEED=N tells one
.PHONY: sim
sim: $(B)/sim/sim_delivery
	$(Q)$< $(if $(SEED),--seed $(SEED),$(SEEDS))
$(B)/sim/%: test/sim/%.c $(call archives,agent $(USES_agent))
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $< $(LDFLAGS_ALL) -o $@ $(call archives,agent $(USES_agent)) $(call libraries,agent $(USES_agent))

TURNS ?= 1000
#: liar       an engine that lies in every sentence, before the claim gate; TURNS=N, SEED=N tells one
.PHONY: liar
liar: $(B)/sim/sim_liar
	$(Q)$< $(if $(SEED),--seed $(SEED),$(TURNS))

#: model      docs/models checked by spin, and compared with the code; LONG=1 takes the larger variants as well
.PHONY: model
model: $(B)/sim/transitions
	$(Q)test/sim/model.sh $(B)/model $<

#: test-llm   all that proves the way to model providers: languages, recorded streams, calls to a provider of others
.PHONY: test-llm
test-llm: $(B)/chatcrafter
	$(Q)python3 test/check.py --only '^unit (llm|egress), asan$$|^model providers'

#: test-safety  an agent with a model stays inside its limits: obedient and lying models, every payload in every place; SAMPLE=N for about N cells of each matrix
.PHONY: test-safety
test-safety: $(B)/chatcrafter
	$(Q)python3 test/safety/run.py --binary $< $(if $(SAMPLE),--sample $(SAMPLE))

#: test-zendesk  all that proves the way to Zendesk: language, recordings, contract, faults, clients of others
.PHONY: test-zendesk
test-zendesk: $(B)/chatcrafter
	$(Q)python3 test/check.py --long --only '^unit (zendesk|sandbox|egress), release$$|^Zendesk'

# ---- bench: what a turn costs beside the bare program ----------------------------------------------------------------------------

#: bench      the product against bench/limit.c in turn, as a table of every target; ROUNDS=5, ONLY=turns for some of its rows
.PHONY: bench
bench: $(B)/chatcrafter $(B)/bench/limit $(B)/bench/load $(B)/bench/stub
	$(Q)python3 bench/bench.py --build $(B) --rounds $(or $(ROUNDS),5) $(if $(ONLY),--only $(ONLY))
#: work       what a turn costs in counts, held against ceilings
.PHONY: work
work: $(B)/chatcrafter $(B)/bench/load $(B)/bench/stub
	$(Q)python3 bench/work.py --build $(B)
$(B)/bench/%: bench/%.c bench/wire.c bench/wire.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -O2 -g -D_GNU_SOURCE $(WARN) $< bench/wire.c -o $@ -lsqlite3 -lpthread

# ---- breaking things on purpose: test/crash ------------------------------------------------------------------------------------------

# Libraries that are loaded in front of the program; memory.so is alone, as sanitizers do not go with it. Always without sanitizers themselves.
$(B)/torture/faults.so: test/torture/control.c test/torture/power.c test/torture/files.c test/torture/statements.c test/torture/clocks.c
$(B)/torture/memory.so: test/torture/control.c test/torture/memory.c
$(B)/torture/%.so: test/torture/control.h test/torture/power.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 $(WARN) -O2 -g -fPIC -shared $(CPPFLAGS_ALL) -Itest $(filter %.c,$^) -o $@ -lsqlite3 -lpthread -ldl

# A bad line between the server and the practice Zendesk.
$(B)/proxy: test/proxy/proxy.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $< $(LDFLAGS_ALL) -o $@ -lpthread

#: crash-test death at every point: kill -9, power, memory, time; torture: calls that fail, storage and network. SAMPLE=1 tries a part
.PHONY: crash-test torture
crash-test torture: $(B)/chatcrafter $(B)/torture/faults.so $(B)/torture/memory.so $(B)/proxy
	$(Q)$(if $(SAMPLE),:,$(MAKE) -s $(if $(filter torture,$@),asan,tsan))
	$(Q)python3 test/crash/run.py $(@:-test=) --binary $< $(if $(SAMPLE),,--all) $(if $(SEED),--seed $(SEED))

# ---- understanding measured -----------------------------------------------------------------------------------------------------

#: eval       how well messages are understood, on sentences of others beside the repository; RECORD=1 keeps the figures
.PHONY: eval nlu-try
eval: $(B)/chatcrafter
	$(Q)python3 test/eval/eval.py --binary $< $(if $(RECORD),--record)
#: nlu-try    the classifier cross-validated on its own training text
nlu-try: $(B)/nlu_train
	$(Q)$< --try $(NLU_DATA)

# ---- fuzzing: test/fuzz/fuzz_ROOM_WHAT.c becomes build/clang/fuzz_ROOM_WHAT (clang's libFuzzer, with sanitizers) -------------

fuzz_targets = $(patsubst test/fuzz/%.c,$(B)/%,$(wildcard test/fuzz/fuzz_$(1)_*.c))

define fuzz_rules
$(B)/fuzz_$(1)_%: test/fuzz/fuzz_$(1)_%.c test/fuzz/fuzz.h $(call archives,$(1) $(USES_$(1)))
	$$(call say,FUZZ,$$<)
	$$(Q)$$(CC) $$(CFLAGS_ALL) -Itest $$< $$(LDFLAGS_ALL) -fsanitize=fuzzer -o $$@ $(call archives,$(1) $(USES_$(1))) $(call libraries,$(1) $(USES_$(1)))
endef
$(foreach room,$(ROOMS),$(eval $(call fuzz_rules,$(room))))

#: fuzz       build the fuzz targets into build/clang; fuzz-run runs each for SECONDS (60)
.PHONY: fuzz fuzz-all fuzz-run
fuzz:
	$(MAKE) CC=clang MODE=asan B=$(if $(filter build,$(B)),build/clang,$(B)) fuzz-all
fuzz-all: $(foreach room,$(ROOMS),$(call fuzz_targets,$(room)))

SECONDS ?= 60
fuzz-run: fuzz
	python3 test/fuzz/run.py --build $(if $(filter build,$(B)),build/clang,$(B)) --seconds $(SECONDS)

# ---- lint: what can be said about the sources without running them ----------------------------------------------------------

C_FILES := $(wildcard src/*/*.c test/*.c test/*/*.c test/*/*/*.c bench/*.c)
H_FILES := $(wildcard src/*/*.h test/*.h test/*/*.h test/*/*/*.h bench/*.h)
PURE    := base model zendesk llm nlu agent

#: lint       clang-format, clang-tidy and the rules of the house
.PHONY: lint
lint: lint-format lint-house lint-clang lint-clang-test

.PHONY: lint-format
lint-format:
	clang-format --dry-run -Werror $(C_FILES) $(H_FILES)

.PHONY: lint-house
lint-house: $(call archives,$(PURE))
	$(Q)failed=0; for check in rooms.py tidy.py "pure.sh $(B)" banned.sh; do CC=$(CC) test/lint/$$check || failed=1; done; exit $$failed

#: lint-test  plants what the rules of the house forbid, and sees each found
.PHONY: lint-test
lint-test:
	$(Q)for check in rooms.py tidy.py pure.sh banned.sh; do CC=$(CC) test/lint/$$check --self-test || exit 1; done

# Each file is looked at again when it or any header has changed. The analyzer is most of the time: TIDY=--checks=-clang-analyzer-* leaves it out.
.PHONY: lint-clang lint-clang-test
lint-clang: $(patsubst %.c,$(B)/lint/%.clean,$(filter src/%,$(C_FILES)))
lint-clang-test: $(patsubst %.c,$(B)/lint/%.clean,$(filter-out src/%,$(C_FILES)))
$(B)/lint/%.clean: %.c $(H_FILES) .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet $(TIDY) $< -- -std=gnu17 -DCHATCRAFTER_VERSION='"$(VERSION)"' $(CPPFLAGS_ALL) -Itest >$@.out 2>/dev/null || { cat $@.out; exit 1; }
	$(Q)mv $@.out $@

# ---- the rest -----------------------------------------------------------------------------------------------------------

#: debug      build/debug, without optimisation; asan and tsan: build/asan and build/tsan, with sanitizers
.PHONY: debug asan tsan
debug asan tsan:
	$(MAKE) MODE=$@ B=build/$@

PREFIX ?= /usr/local
#: install    the program into $(DESTDIR)$(PREFIX)/bin, its systemd unit into $(DESTDIR)$(PREFIX)/lib/systemd/system; PREFIX is /usr/local when not set
.PHONY: install
install: $(B)/chatcrafter
	install -D -m 755 $(B)/chatcrafter $(DESTDIR)$(PREFIX)/bin/chatcrafter
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin|$(PREFIX)/bin|' packaging/chatcrafter.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/chatcrafter.service

#: test-ui    the browser tests: the real binary, the practice Zendesk, Chromium; K=NAME runs test/ui/NAME.test.mjs alone
.PHONY: test-ui
test-ui: $(B)/chatcrafter
	$(Q)[ -d ui/node_modules/playwright-core ] || (cd ui && npm ci --silent && touch node_modules/.package-lock.json)
	$(Q)CHATCRAFTER=$(abspath $(B))/chatcrafter node --test --test-reporter=./test/ui/reporter.mjs $(if $(K),test/ui/$(K).test.mjs,test/ui/*.test.mjs)

#: screenshots  take the pictures of docs/screenshots from the program in the browser
.PHONY: screenshots
screenshots: $(B)/chatcrafter
	@mkdir -p docs/screenshots
	CHATCRAFTER=$(abspath $(B))/chatcrafter node test/ui/screenshots.mjs docs/screenshots

#: clean      remove build/
.PHONY: clean
clean:
	rm -rf build

#: help       this list
.PHONY: help
help:
	@sed -n 's/^#: /  make /p' Makefile

-include $(shell find $(B)/obj $(B)/test -name '*.d' 2>/dev/null)
