# make               build build/release/stet
# make demo          scan a small bundled archive and show the report
# make check         all tests; the last line is "N passed, N failed"
# make asan          the same with AddressSanitizer and UndefinedBehaviorSanitizer
# make tsan          the same with ThreadSanitizer
# make fuzz          each fuzz target for SECONDS=20, T=fuzz_json one alone (tests/fuzz/README.md)
# make check-neon    tests of the NEON kernels, on an emulated ARM (tools/setup --neon)
# make check-browser reports in a real browser (tools/setup --browser)
# make lint          layers, strict compilers, clang-format, clang-tidy, cppcheck, sizes
# make eval-tools    build what tools/eval needs
# make eval-small    recall and precision on fixtures/eval
# make install       to PREFIX (/usr/local), below DESTDIR
# make clean         remove build/
# make help          this text
#
# tools/setup installs what is needed.  Each MODE=release|asan|tsan is built in a
# directory of its own.  V=1 shows commands; CC, CFLAGS, LDFLAGS as usual, and
# T=test_io runs one test program or .bats file alone.  WITHOUT="libisal libdeflate"
# leaves out what is optional though it is there.

MODE     ?= release
BUILD    ?= build/$(MODE)
PREFIX   ?= /usr/local
CFLAGS   ?= -O3 -g
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef
FLAGS.asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS.tsan := -fsanitize=thread
FLAGS.fuzz := $(FLAGS.asan) -fsanitize=fuzzer-no-link

# What is optional has a file of its own, src/source/gzip_<package>.c.
OPTIONAL  := libisal libdeflate
FOUND     := $(foreach p,$(filter-out $(WITHOUT),$(OPTIONAL)),\
	       $(shell pkg-config --exists $p && echo $p))
MISSING   := $(filter-out $(FOUND),$(OPTIONAL))
HAVE.libisal    := -DHAVE_LIBISAL
HAVE.libdeflate := -DHAVE_LIBDEFLATE

PKGS      := libarchive zlib libzstd liblzma liblz4 libxxhash popt uchardet $(FOUND)
TEST_PKGS := cmocka jansson libutf8proc

# bzip2 comes without a .pc file.
LIBS      = $(shell pkg-config --libs $(PKGS)) -lbz2 -lm
TEST_LIBS = $(shell pkg-config --libs $(TEST_PKGS))

ALL_CFLAGS  := -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iinclude -MMD -MP -pthread $(WARN) \
	       $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(foreach p,$(FOUND),$(HAVE.$p)) \
	       $(FLAGS.$(MODE)) $(CFLAGS)
ALL_LDFLAGS := -pthread -Wl,--as-needed $(FLAGS.$(MODE)) $(LDFLAGS)

# As many jobs as there are processors, unless told otherwise.
ifeq ($(filter -j% --jobs%,$(MAKEFLAGS))$(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

ifneq ($(V),1)
Q := @
say = @printf '  %-4s %s\n'
else
say = @:
endif

LEFT_OUT := $(MISSING:%=src/source/gzip_%.c)
LIB_SRC := $(filter-out src/main.c $(LEFT_OUT),$(wildcard src/*.c src/*/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
TESTS   := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
ORACLE  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tools/eval/*.c))
HEADERS := $(wildcard include/stet/*.h src/*/*.h)
C_FILES := $(filter-out $(LEFT_OUT),$(wildcard src/*.c src/*/*.c tests/*.c tests/fuzz/*.c tools/*.c tools/*/*.c))
H_FILES := $(filter-out %_table.h,$(HEADERS) $(wildcard tests/*.h tests/fuzz/*.h tools/*/*.h))

all: $(BUILD)/stet

$(BUILD)/stet: $(BUILD)/src/main.o $(BUILD)/libstet.a
	$(say) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_LDFLAGS) $(LIBS)

# Made anew, so that nothing of a source that was deleted stays in it.
$(BUILD)/libstet.a: $(LIB_OBJ) $(BUILD)/.sources
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$(BUILD)/test_%: $(BUILD)/tests/test_%.o $(BUILD)/libstet.a
	$(say) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_LDFLAGS) $(TEST_LIBS) $(LIBS)

# With the fuzzer's main, or with one that replays a corpus.
FUZZ_MAIN := $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer,$(BUILD)/tests/fuzz/replay.o)

$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libstet.a $(filter %.o,$(FUZZ_MAIN))
	$(say) LD $@
	$(Q)$(CC) -o $@ $^ $(filter -%,$(FUZZ_MAIN)) $(ALL_LDFLAGS) $(TEST_LIBS) $(LIBS)

$(BUILD)/fuzz_align: $(BUILD)/tools/eval/oracle_text.o

$(BUILD)/oracle: $(ORACLE)
	$(say) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_LDFLAGS) $(TEST_LIBS)

$(BUILD)/%.o: %.c $(BUILD)/.flags
	$(say) CC $<
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

# Rebuild everything when the compiler or its flags change, the library when its list does.
$(BUILD)/.flags: NOW = $(CC) $(ALL_CFLAGS)
$(BUILD)/.sources: NOW = $(LIB_SRC)
$(BUILD)/.flags $(BUILD)/.sources: FORCE
	@mkdir -p $(@D); echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' > $@

# The text of a page, for tools/eval/articles.
$(BUILD)/html_text: $(BUILD)/tools/html_text.o $(BUILD)/libstet.a
	$(say) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_LDFLAGS) $(LIBS)

demo: all
	$(Q)tools/demo $(BUILD)/stet build/demo

fuzzers: $(FUZZERS)

tests: $(TESTS) $(FUZZERS) $(BUILD)/oracle
eval-tools: all $(BUILD)/oracle $(BUILD)/html_text

eval-small: eval-tools
	$(Q)tools/eval/eval --stet $(BUILD)/stet --small

check: all tests
	$(Q)CC='$(CC)' $(if $(FLAGS.$(MODE)),STORIES=$${STORIES:-400} )tools/run-tests $(BUILD) $(T)

asan tsan:
	$(Q)$(MAKE) --no-print-directory MODE=$@ CFLAGS='-O1 -g' check

SECONDS ?= 20

fuzz:
	$(Q)+tools/fuzz $(SECONDS) $(T)

# The modules with kernels and their tests, which need few libraries.  On an ARM machine
# `make check` does all of it and more.
NEON_CC    := aarch64-linux-gnu-gcc
NEON_TESTS := test_sketch test_text
NEON_SRC   := $(wildcard $(patsubst %,src/%/*.c,base text sketch))
NEON_LIBS  := -lcmocka -lutf8proc

check-neon:
	$(Q)for needed in $(NEON_CC) qemu-aarch64; do command -v $$needed > /dev/null || { \
		echo "check-neon: skipped, there is no $$needed (tools/setup --neon)"; exit; }; done; \
	$(MAKE) --no-print-directory CC=$(NEON_CC) BUILD=build/neon LIB_SRC='$(NEON_SRC)' \
		LIBS=-lm TEST_LIBS='$(NEON_LIBS)' $(NEON_TESTS:%=build/neon/%) && \
	EMULATOR=qemu-aarch64 tools/run-tests build/neon $(NEON_TESTS)

check-browser: all
	$(Q)tests/browser/run $(BUILD)/stet

lint:
	$(Q)for check in layers strict format tidy cppcheck sizes; do \
		$(MAKE) --no-print-directory $$check || exit 1; done

layers:
	$(say) LINT layers
	$(Q)tools/check-layers

strict:
	$(Q)for cc in gcc clang; do $(MAKE) --no-print-directory CC=$$cc BUILD=build/strict-$$cc \
		CFLAGS='-O3 -g -Werror' all tests || exit 1; done

format:
	$(say) LINT format
	$(Q)tools/check-format $(C_FILES) $(H_FILES)

tidy:
	$(say) LINT clang-tidy
	$(Q)mkdir -p build; printf '%s\n' $(C_FILES) | xargs -P $$(nproc) -I{} clang-tidy --quiet \
		--warnings-as-errors='*' {} -- $(filter-out -M%,$(ALL_CFLAGS)) \
		> build/tidy.log 2> build/tidy.err || { cat build/tidy.log; exit 1; }

cppcheck:
	$(say) LINT cppcheck
	$(Q)mkdir -p build/cppcheck && cppcheck --quiet --std=c11 --enable=warning,portability \
		--inline-suppr --suppress=missingInclude --suppress=readdirCalled \
		--library=posix,gnu -Iinclude -D_GNU_SOURCE -D__x86_64__ -j $$(nproc) --cppcheck-build-dir=build/cppcheck --error-exitcode=1 \
		$(filter src/% tools/%,$(C_FILES))

sizes:
	$(Q)tools/lint-sizes

install: all
	install -D -m 755 $(BUILD)/stet $(DESTDIR)$(PREFIX)/bin/stet
	$(if $(wildcard src/cmd/stet.1),install -D -m 644 src/cmd/stet.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/stet.1)

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

clean:
	rm -rf build

FORCE:
.PHONY: all demo fuzz fuzzers tests eval-tools eval-small check asan tsan check-neon \
	check-browser lint layers strict format \
	tidy cppcheck sizes install help clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
