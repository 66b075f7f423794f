# libvfdc.  `make demo` runs the main job, `make check` the tests; `make help` lists the rest.
#
# VARIANT names a build beside the plain one: release (default), asan (ASan and UBSan), tsan
# (ThreadSanitizer), clang, libfuzzer (of clang, with ASan and UBSan), msan (clang's MSan), coverage
# (clang's, with MC/DC), service (the flags are a fuzzing service's: fuzz/oss-fuzz).
# Products of release are in build/, of another variant in build/VARIANT/.

CC       ?= cc
CXX      ?= g++
AR       ?= ar
CLANG    ?= clang-14
TIDY     ?= clang-tidy-14
PREFIX   ?= /usr/local
DESTDIR  ?=
VARIANT  ?= release

VERSION  := 0.1.0
SONAME   := libvfdc.so.0

# ---- flags: the one place ------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wvla -Wcast-qual \
            -Wmissing-prototypes -Werror
COMMON   := -std=c11 $(WARNINGS) -g -fPIC -fvisibility=hidden -MMD -MP -Iinclude

# cc is gcc unless the caller says otherwise; fat objects, so that any linker can use the archive
CC_release    := $(if $(filter default,$(origin CC)),gcc,$(CC))
FLAGS_release := -O2 -flto=auto -ffat-lto-objects
AR_release    := gcc-ar

CC_asan       := $(CC_release)
FLAGS_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
AR_asan       := ar

CC_tsan       := $(CC_release)
FLAGS_tsan    := -O1 -fno-omit-frame-pointer -fsanitize=thread
AR_tsan       := ar

CC_clang      := $(CLANG)
FLAGS_clang   := -O2
AR_clang      := ar

# what is counted as coverage: the library, and vfdc-script's reader, not the harnesses
CC_libfuzzer      := $(CLANG)
FLAGS_libfuzzer   := -O2 -fno-omit-frame-pointer -fsanitize=address,undefined \
                     -fno-sanitize-recover=all
AR_libfuzzer      := ar
COVERED_libfuzzer := -fsanitize-coverage=inline-8bit-counters,pc-table,indirect-calls

CC_msan       := $(CLANG)
FLAGS_msan    := -O2 -fno-omit-frame-pointer -fsanitize=memory -fno-sanitize-recover=all
AR_msan       := ar

# an older clang measures no MC/DC
CC_coverage    := clang-19
FLAGS_coverage := -O1 -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc
AR_coverage    := ar

# what tools/mutants links its mutants with: no whole-program optimisation, for its speed
CC_mutants    := $(CC_release)
FLAGS_mutants := -O2 -g0
AR_mutants    := ar

# and what it looks up in which lines a test runs
CC_counted    := $(CC_release)
FLAGS_counted := -O1 -g0 --coverage
AR_counted    := ar

CC_service    := $(CC)
FLAGS_service :=
AR_service    := ar

# CFLAGS and LDFLAGS are the caller's, last
COMPILE  := $(CC_$(VARIANT)) $(COMMON) $(FLAGS_$(VARIANT)) $(CFLAGS)
COVERED  := $(COVERED_$(VARIANT))
LINK     := $(CC_$(VARIANT)) $(FLAGS_$(VARIANT)) $(CFLAGS) $(LDFLAGS)
ARCHIVE  := $(AR_$(VARIANT)) rcs
HOSTED   := -D_POSIX_C_SOURCE=200809L

# for the makes that this one starts; two jobs, unless it was itself told how many
SUBMAKE  = --no-print-directory -s $(if $(findstring -j,$(MAKEFLAGS)),,-j2)

# ---- sources -------------------------------------------------------------------------------

CORE     := controller init port command cmd_control cmd_motion cmd_data transfer moving advance \
            run sector format search ending service seek reset disk fdd rotation timing phase \
            event host snapshot codec invariant result
DOOR     := floppy_drive handle machine
MEDIA    := media image geometry bpb foreign vfd vfd_open vfd_media recover flush vfd_journal \
            journal hash host_drive create save new_file lock file memory system text
MINIPC   := main operator steps summary view complain machine cpu pic pit dma cmos fw_cfg floppy \
            screen keyboard
SCRIPT   := main parse form argument statements run run_setup run_image run_operator run_guest \
            run_data machine channel news process trace source scratch names number alloc
IMAGE    := main create info check image
COMPARE  := main comparison counterparts host ports data seen decoder differences qemu wire
# what the harnesses share, and each of them
FUZZ     := ops layout view machine disk guest
FUZZERS  := ports migrate restore image journal script
SCENE_TESTS := floppy_drive release handles host_drive slow_sync each_call misuse
TESTS    := journal journal_form geometry media_vfd vfd_open locks image_files media_memory \
            system text $(SCENE_TESTS) \
            host broken_medium command_table fifo dma snapshot saved_form attacks interruptions \
            profiles invariant fences odd_states media_fences media_errors
# part of assure: they need QEMU's programs
QEMU_TESTS := qemu_locks

OUT      := build$(if $(filter release,$(VARIANT)),,/$(VARIANT))
OBJ      := build/obj/$(VARIANT)

CORE_OBJ   := $(CORE:%=$(OBJ)/fdc/%.o)
HOSTED_OBJ := $(DOOR:%=$(OBJ)/fdc/%.o) $(MEDIA:%=$(OBJ)/media/%.o)
MINIPC_OBJ := $(MINIPC:%=$(OBJ)/examples/minipc/%.o)
SCRIPT_OBJ := $(SCRIPT:%=$(OBJ)/tools/vfdc-script/%.o)
IMAGE_OBJ  := $(IMAGE:%=$(OBJ)/tools/vfdc-image/%.o)
# vfdc-compare reads scripts with vfdc-script's parser
COMPARE_OBJ := $(COMPARE:%=$(OBJ)/tools/compare/%.o) $(filter-out %/main.o,$(SCRIPT_OBJ))

LIBRARIES := $(OUT)/libvfdc.a $(OUT)/libvfdc-core.a $(OUT)/libvfdc.so

all: ## the library, its tools, the examples
all: $(LIBRARIES) $(OUT)/vfdc-script $(OUT)/vfdc-image $(OUT)/minimal $(OUT)/threads

# Holds what the products of a variant are made with: rewritten, and so newer than they are, only
# when that has changed.
BUILT_WITH := $(OBJ)/built-with

$(BUILT_WITH): FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(HOSTED) $(LINK) $(LINK_test_floppy_drive) $(LINK_test_media_errors)' \
	    '$(CORE) $(DOOR) $(MEDIA) $(SCRIPT) $(IMAGE) $(MINIPC)' >$@.$$$$ && \
	if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

FORCE:

# ---- the library ---------------------------------------------------------------------------

$(OBJ)/fdc/%.o: fdc/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(COVERED) $(if $(filter $(DOOR),$*),$(HOSTED),-ffreestanding) -c -o $@ $<

$(OBJ)/media/%.o: media/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(COVERED) $(HOSTED) -c -o $@ $<

$(OUT)/libvfdc-core.a: $(CORE_OBJ)
	@mkdir -p $(@D) && rm -f $@
	$(ARCHIVE) $@ $^

$(OUT)/libvfdc.a: $(CORE_OBJ) $(HOSTED_OBJ)
	@mkdir -p $(@D) && rm -f $@
	$(ARCHIVE) $@ $^

$(OUT)/$(SONAME): $(CORE_OBJ) $(HOSTED_OBJ)
	$(LINK) -shared -Wl,-soname,$(SONAME) -o $@ $^

$(OUT)/libvfdc.so: $(OUT)/$(SONAME)
	ln -sf $(SONAME) $@

# ---- tools and examples --------------------------------------------------------------------

$(OBJ)/tools/%.o: tools/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(COVERED) $(HOSTED) -c -o $@ $<

$(OUT)/vfdc-script: $(SCRIPT_OBJ) $(OBJ)/tools/faulty_system.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OUT)/vfdc-image: $(IMAGE_OBJ) $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OUT)/vfdc-compare: $(COMPARE_OBJ) $(OBJ)/tools/faulty_system.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OBJ)/examples/%.o: examples/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -c -o $@ $<

$(OUT)/minimal: $(OBJ)/examples/minimal.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OUT)/threads: $(OBJ)/examples/threads.o $(OUT)/libvfdc.a
	$(LINK) -pthread -o $@ $^

$(OUT)/minipc: $(MINIPC_OBJ) $(OUT)/libvfdc.a
	$(LINK) -o $@ $^ -lx86emu

# needs the network only where a package is missing
demo: ## boot a PC from a floppy disk that this library drives
	tools/install-packages demo
	$(MAKE) $(SUBMAKE) $(OUT)/minipc
	tools/demo $(OUT)

# ---- tests ---------------------------------------------------------------------------------

$(OBJ)/tests/%.o: tests/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -Ifdc -Imedia -Itools -c -o $@ $<

ALL_TESTS := $(TESTS) $(QEMU_TESTS)

$(ALL_TESTS:%=$(OUT)/tests/test_%): $(OUT)/tests/test_%: $(OBJ)/tests/test_%.o \
                                    $(OBJ)/tests/rig.o $(OBJ)/tools/faulty_system.o \
                                    $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LINK_$(@F)) -lcmocka

# the operator's door; two tests make the library's allocations fail
$(SCENE_TESTS:%=$(OUT)/tests/test_%): $(OBJ)/tests/scene.o
LINK_test_slow_sync    := -pthread
LINK_test_floppy_drive := -Wl,--wrap=malloc,--wrap=calloc,--wrap=strdup
LINK_test_media_errors := -Wl,--wrap=malloc,--wrap=calloc,--wrap=ioctl,--wrap=open,--wrap=renameat2

$(OUT)/tests/test_host $(OUT)/tests/test_broken_medium \
$(OUT)/tests/test_misuse: $(OBJ)/tests/media_faulty.o

# loss of power at every point, on a simulated system
$(OUT)/tests/crash: $(OBJ)/tests/fault/crash.o $(OBJ)/tests/fault/crash_save.o \
                    $(OBJ)/tests/fault/simulated_system.o $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^

# ---- fuzzing -------------------------------------------------------------------------------

# build/NAME/fuzz/: harnesses that replay files, or, of VARIANT=libfuzzer, fuzz
FUZZ_OBJ    := $(FUZZ:%=$(OBJ)/fuzz/%.o)
FUZZ_ENGINE := $(if $(filter libfuzzer service,$(VARIANT)),,$(OBJ)/fuzz/replay.o)
FUZZ_LINK   := $(LINK)
ifeq ($(VARIANT),libfuzzer)
FUZZ_LINK   += -fsanitize=fuzzer
else ifeq ($(VARIANT),service)
FUZZ_LINK   := $(CXX) $(CXXFLAGS) $(LIB_FUZZING_ENGINE)
endif
# the reader of scripts, without what runs them
READER_OBJ  := $(patsubst %,$(OBJ)/tools/vfdc-script/%.o,$(filter-out main,$(SCRIPT)))

$(OBJ)/fuzz/%.o: fuzz/%.c $(BUILT_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -c -o $@ $<

# the harnesses that play a machine
PLAYERS := ports migrate restore

$(PLAYERS:%=$(OUT)/fuzz/%): $(OUT)/fuzz/%: $(OBJ)/fuzz/fuzz_%.o $(OBJ)/fuzz/mutate.o $(FUZZ_OBJ) \
                            $(FUZZ_ENGINE) $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(FUZZ_LINK) -o $@ $^

$(OUT)/fuzz/image $(OUT)/fuzz/journal: $(OUT)/fuzz/%: $(OBJ)/fuzz/fuzz_%.o $(OBJ)/fuzz/files.o \
                                       $(FUZZ_ENGINE) $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(FUZZ_LINK) -o $@ $^

$(OUT)/fuzz/script: $(OBJ)/fuzz/fuzz_script.o $(READER_OBJ) $(OBJ)/tools/faulty_system.o \
                    $(FUZZ_ENGINE) $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(FUZZ_LINK) -o $@ $^

fuzzers: $(FUZZERS:%=$(OUT)/fuzz/%)

# a port script as a fuzzer's input, and back
$(OUT)/script-to-seed: $(OBJ)/tools/seeds/script_to_seed.o $(OBJ)/fuzz/ops.o $(OBJ)/fuzz/layout.o \
                       $(READER_OBJ) $(OBJ)/tools/faulty_system.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OUT)/seed-to-script: $(OBJ)/tools/seeds/seed_to_script.o $(FUZZ_OBJ) $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

# ---- tests, run ----------------------------------------------------------------------------

REPLAYS := $(FUZZERS:%=replay-%)
# every port script in four ways; those that are attacks with two more kinds of registers
SCRIPT_RUNS := scripts scripts-accurate scripts-restored scripts-accurate-restored \
               attacks-ps2 attacks-model30
RUNS        := $(TESTS:%=run-test-%) run-runner $(SCRIPT_RUNS:%=run-%) run-tables run-image \
               run-crash run-threads $(REPLAYS)

$(TESTS:%=run-test-%): run-test-%: $(OUT)/tests/test_%
	@tests/run $(OUT) unit $*

run-runner $(SCRIPT_RUNS:%=run-%): run-%: $(OUT)/vfdc-script
	@tests/run $(OUT) $*

run-image: $(OUT)/vfdc-image $(OUT)/vfdc-script
	@tests/run $(OUT) image

$(REPLAYS): replay-%: $(OUT)/fuzz/%
	@tests/run $(OUT) corpus $*

run-tables: $(OUT)/vfdc-script
	@tests/checks/scripts $(OUT)

run-crash: $(OUT)/tests/crash
	@tests/run $(OUT) crash

run-threads: $(OUT)/threads
	@tests/checks/threads $(OUT)

run-tests: $(RUNS)

test: ## the quick loop: unit tests and port scripts
	@tools/tally $(MAKE) $(SUBMAKE) -k -O run-tests

check-scripts: run-runner $(SCRIPT_RUNS:%=run-%) run-tables

# ---- checks, two at a time; each ends with a line that tools/tally adds up ------------------

CHECKS     := run-tests check-asan check-tsan check-clang check-headers check-includes \
              check-symbols check-install check-readme check-guests check-seeds
CHECK_WITH := CC='$(CC_$(VARIANT))' CXX='$(CXX)' CLANG='$(CLANG)' WARNINGS='$(WARNINGS)'

check: ## the tests in three builds, headers, symbols, install, the demo: under 5 minutes
	tools/install-packages check demo
	@tools/tally tests/checks/tree $(MAKE) $(SUBMAKE) -k -O $(CHECKS)

check-asan:
	@$(MAKE) $(SUBMAKE) -k VARIANT=asan run-tests

# what runs in two threads
check-tsan:
	@$(MAKE) $(SUBMAKE) -k VARIANT=tsan run-test-slow_sync run-threads

check-clang:
	@$(MAKE) $(SUBMAKE) -k VARIANT=clang run-tests check-symbols

check-headers:
	@$(CHECK_WITH) tests/checks/headers $(OUT)/checks/headers

check-includes:
	@tests/checks/includes

check-symbols: $(LIBRARIES)
	@tests/checks/symbols $(OUT)

check-install: $(LIBRARIES) $(OUT)/vfdc-script $(OUT)/vfdc-image
	@$(CHECK_WITH) MAKE='$(MAKE)' tests/checks/install $(OUT)

check-readme:
	@$(CHECK_WITH) tests/checks/readme $(OUT)/checks

check-guests: $(OUT)/minipc
	@tests/guests/minipc $(OUT) && echo 'tests/guests/minipc: 1 passed, 0 failed'

check-seeds: $(OUT)/script-to-seed $(OUT)/seed-to-script $(OUT)/vfdc-script
	@tests/checks/seeds $(OUT)

# ---- what takes long or needs heavy tools ---------------------------------------------------

ASSURANCES := assure-proof assure-memory assure-fuzz assure-known-bugs assure-count assure-crash \
              assure-locks assure-calls assure-compare assure-static assure-coverage \
              assure-mutants \
              $(addprefix assure-fault-,killed system-calls kernel)

assure: ## the proof, valgrind, fuzzing, instruction counts, a second opinion: under 30 minutes
	tools/install-packages assure
	@tools/tally tests/checks/tree $(MAKE) --no-print-directory -s -k $(ASSURANCES)

assure-proof:
	@date '+%T the proof'
	@$(MAKE) prove
	@echo 'make prove: 1 passed, 0 failed'

# no run of the library, or none that would touch other memory than those that are left
NOT_FOR_MEMORY := runner tables crash scripts-accurate scripts-restored

assure-memory:
	@date '+%T the tests under valgrind'
	@$(MAKE) $(SUBMAKE) -k -O $(filter-out $(NOT_FOR_MEMORY:%=run-%),$(RUNS)) \
	    WRAPPER='valgrind -q --leak-check=full --error-exitcode=9'

# the corpus with MSan, and so many seconds of each fuzzer, with ASan and UBSan
FUZZ_SECONDS ?= 20
SESSIONS     := $(FUZZERS:%=session-%)

$(SESSIONS): session-%: $(OUT)/fuzz/%
	@fuzz/session $(OUT) $(FUZZ_SECONDS) $*

assure-fuzz:
	@date '+%T fuzzing'
	@$(MAKE) $(SUBMAKE) -k VARIANT=msan $(REPLAYS)
	@$(MAKE) $(SUBMAKE) -k -O VARIANT=libfuzzer $(SESSIONS)
	@fuzz/oss-fuzz/check '$(CLANG)'

# the faults of other controllers, put back into this one
assure-known-bugs:
	@date '+%T known bugs'
	@$(MAKE) $(SUBMAKE) VARIANT=libfuzzer fuzzers build/libfuzzer/vfdc-script \
	    build/libfuzzer/tests/test_journal
	@fuzz/known-bugs/run

# an hour each, or SOAK_SECONDS, one after another; `ports` until 10^9 accesses, or ACCESSES
SOAK_SECONDS ?= 3600
SOAKS        := $(FUZZERS:%=soak-%)

$(SOAKS): soak-%: $(OUT)/fuzz/%
	@fuzz/soak $(OUT) $(SOAK_SECONDS) $*

soak: ## fuzz for hours; the next soak goes on where this one ended
	tools/install-packages assure
	@tools/tally $(MAKE) --no-print-directory -s -k VARIANT=libfuzzer $(SOAKS)

assure-count: $(OUT)/count
	@date '+%T instructions'
	@tools/count-instructions $(OUT)
	@echo 'tools/count-instructions: 1 passed, 0 failed'

assure-crash: $(OUT)/tests/crash
	@date '+%T loss of power'
	@tests/run $(OUT) crash-long

prove: ## the proof that no guest and no image corrupts memory: under 10 minutes
	tools/install-packages assure
	tools/prove
	tools/prove --self-test

# the sources changed in small ways, and whether a test notices: a sample, or all
MUTANTS_NEED := $(TESTS:%=$(OUT)/tests/test_%) $(FUZZERS:%=$(OUT)/fuzz/%) $(OUT)/tests/crash \
                $(OUT)/vfdc-script $(OUT)/vfdc-image

mutants-need: $(MUTANTS_NEED)

mutants: ## change the library in every small way, and see that a test notices: hours
	tools/install-packages check assure
	@for variant in mutants counted asan; do \
	    $(MAKE) $(SUBMAKE) VARIANT=$$variant mutants-need || exit 1; done
	@tools/tally tools/mutants

# A sample, of so many seconds.  Of the rest it is not known yet which ones live with a reason: more
# of them may be asked of when `make mutants` has been through them.
MUTANT_SECONDS ?= 90
MUTANTS_FIRST  ?= 1399

assure-mutants:
	@date '+%T mutants'
	@for variant in mutants counted asan; do \
	    $(MAKE) $(SUBMAKE) VARIANT=$$variant mutants-need || exit 1; done
	@tools/mutants --seconds $(MUTANT_SECONDS) --first $(MUTANTS_FIRST)

assure-locks: $(QEMU_TESTS:%=$(OUT)/tests/test_%)
	@date '+%T one image between us and QEMU'
	@tests/run $(OUT) unit qemu_locks

assure-calls: $(OUT)/tests/traced
	@date '+%T system calls'
	@tests/run $(OUT) calls

assure-compare: $(OUT)/vfdc-compare
	@date '+%T a second opinion'
	@tests/run $(OUT) comparer
	@tests/run $(OUT) compare

# frames, paths and cycles of calls, by the compiler's account; what other readers of it find
assure-static:
	@date '+%T static'
	@TIDY='$(TIDY)' tests/checks/static $(OUT)

static: ## the stack, recursion, gcc's analyzer, clang-tidy: about a minute
	tools/install-packages static
	@tools/tally $(MAKE) --no-print-directory -s assure-static

# what `make test` runs, and what of the library that has run; tests/coverage-exceptions.txt
COVERAGE := build/coverage

assure-coverage:
	@date '+%T coverage'
	@rm -rf $(COVERAGE)/profiles && mkdir -p $(COVERAGE)/profiles
	@LLVM_PROFILE_FILE='$(CURDIR)/$(COVERAGE)/profiles/%m.profraw' \
	    $(MAKE) $(SUBMAKE) -k -O VARIANT=coverage run-tests $(COVERAGE)/libvfdc.so
	@tools/coverage $(COVERAGE)

coverage: ## lines, branches and conditions that the tests leave out: under 3 minutes
	tools/install-packages coverage
	@tools/tally $(MAKE) --no-print-directory -s assure-coverage

compare: $(OUT)/vfdc-compare ## QEMU's answers to every port script: under 5 minutes
	tools/install-packages compare
	$(OUT)/vfdc-compare tests/qemu-differences.txt tests/scripts/*.fdc

$(OUT)/tests/traced: $(OBJ)/tests/traced.o $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^

$(OUT)/tests/guest: $(OBJ)/tests/fault/guest.o $(OBJ)/tests/rig.o $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ -lcmocka

# FUSE's headers are not written for our warnings
$(OUT)/tests/bad_reads: tests/fault/bad_reads.c
	@mkdir -p $(@D)
	$(CC_$(VARIANT)) -std=gnu11 -Wall -Wextra -Werror $(FLAGS_$(VARIANT)) -D_FILE_OFFSET_BITS=64 \
	    $(shell pkg-config --cflags fuse3) -o $@ $< $(shell pkg-config --libs fuse3)

assure-fault-kernel: $(OUT)/tests/bad_reads

# under the real kernel: killed, counted, out of space
FAULTS := killed system-calls kernel
$(FAULTS:%=assure-fault-%): assure-fault-%: $(OUT)/tests/guest
	@date '+%T $*'
	@tests/fault/$* $(OUT)

$(OUT)/count: $(OBJ)/tests/count.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

# ---- installing ----------------------------------------------------------------------------

INSTALL   ?= install
HEADERS   := result controller media floppy_drive
LIBDIR    ?= $(PREFIX)/lib
TO_HEADER := $(DESTDIR)$(PREFIX)/include/vfdc
TO_LIB    := $(DESTDIR)$(LIBDIR)
TO_BIN    := $(DESTDIR)$(PREFIX)/bin

install: $(LIBRARIES) $(OUT)/vfdc-script $(OUT)/vfdc-image ## to PREFIX (/usr/local), under DESTDIR if given
	$(INSTALL) -d '$(TO_HEADER)' '$(TO_LIB)/pkgconfig' '$(TO_BIN)'
	$(INSTALL) -m 644 $(HEADERS:%=include/vfdc/%.h) '$(TO_HEADER)'
	$(INSTALL) -m 644 $(OUT)/libvfdc.a '$(TO_LIB)'
	$(INSTALL) -m 755 $(OUT)/$(SONAME) '$(TO_LIB)'
	ln -sf $(SONAME) '$(TO_LIB)/libvfdc.so'
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' 'includedir=$${prefix}/include' '' \
	    'Name: libvfdc' 'Description: a floppy drive for virtual machines' \
	    'Version: $(VERSION)' 'Libs: -L$${libdir} -lvfdc' 'Cflags: -I$${includedir}' \
	    >'$(TO_LIB)/pkgconfig/vfdc.pc'
	$(INSTALL) -m 755 $(OUT)/vfdc-script $(OUT)/vfdc-image '$(TO_BIN)'

uninstall: ## what install put there
	rm -f $(HEADERS:%='$(TO_HEADER)/%.h') '$(TO_LIB)/libvfdc.a' '$(TO_LIB)/$(SONAME)' \
	    '$(TO_LIB)/libvfdc.so' '$(TO_LIB)/pkgconfig/vfdc.pc' '$(TO_BIN)/vfdc-script' \
	    '$(TO_BIN)/vfdc-image'
	rmdir '$(TO_HEADER)' 2>/dev/null || true

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | \
	    awk '{ printf "make %-10s", $$1; $$1 = ""; print }'

.DELETE_ON_ERROR:

.PHONY: all demo run-tests $(RUNS) test check-scripts check $(CHECKS) assure $(ASSURANCES) prove \
        fuzzers $(SESSIONS) soak $(SOAKS) compare static coverage mutants mutants-need install \
        uninstall clean help FORCE

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
