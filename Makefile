# The one Makefile. `make` builds build/chatcrafter; `make help` lists the rest.
#
# A room is a folder of src/ and becomes one archive. USES_room says which rooms it may use: the same table as ARCHITECTURE.md
# (test/lint/rooms.py holds the includes against it), and the order in which archives are linked.

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
LIBS_net     := -luv -lcurl
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
HARD := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3 $(ZERO) -fPIE
LINK_HARD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code

CPPFLAGS_ALL := -Isrc -I$(B)/gen -D_GNU_SOURCE -include src/base/banned.h -isystem /usr/share/include/llhttp
CFLAGS_release := -O2 -g $(HARD)
CFLAGS_debug   := -O0 -g3 -fstack-protector-strong -fPIE
CFLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -fPIE
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

.PHONY: all
all: $(B)/chatcrafter

objects = $(patsubst src/%.c,$(B)/obj/%.o,$(wildcard src/$(1)/*.c)) $(patsubst %,$(B)/obj/%,$(EXTRA_$(1)))

# llhttp comes as C sources in Debian's node-llhttp; strict mode is how it was generated there.
EXTRA_net := llhttp/api.o llhttp/http.o llhttp/llhttp.o
$(B)/obj/llhttp/%.o: /usr/share/llhttp/%.c
	@mkdir -p $(@D)
	$(call say,CC,llhttp/$*.c)
	$(Q)$(CC) -std=gnu17 -w $(CFLAGS_$(MODE)) -DLLHTTP_STRICT_MODE=1 -isystem /usr/share/include/llhttp -c $< -o $@

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

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

.PHONY: unit
unit: $(foreach room,$(ROOMS),unit-$(room))

.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(B)/obj $(B)/test -name '*.d' 2>/dev/null)
