# libvfdc.  `make demo` runs the main job, `make check` the tests; `make help` lists the rest.
#
# VARIANT names a build beside the plain one: release (default), asan (ASan and UBSan), clang.
# Products of release are in build/, of another variant in build/VARIANT/.

CC       ?= cc
AR       ?= ar
CLANG    ?= clang-14
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

CC_clang      := $(CLANG)
FLAGS_clang   := -O2
AR_clang      := ar

COMPILE  := $(CC_$(VARIANT)) $(COMMON) $(FLAGS_$(VARIANT))
LINK     := $(CC_$(VARIANT)) $(FLAGS_$(VARIANT))
ARCHIVE  := $(AR_$(VARIANT)) rcs
HOSTED   := -D_POSIX_C_SOURCE=200809L

# ---- sources -------------------------------------------------------------------------------

CORE     := controller reset port command cmd_control cmd_motion cmd_data transfer seek fdd \
            phase event host result
MEDIA    := media image geometry bpb foreign vfd vfd_open memory system text
MINIPC   := main operator steps summary view complain machine cpu pic pit dma cmos fw_cfg floppy \
            screen keyboard
SCRIPT   := main parse form argument statements run run_setup run_image run_operator run_guest \
            run_data machine channel news process trace source scratch names number alloc
SCENE_TESTS := floppy_drive release handles
TESTS    := geometry media_vfd media_memory system text $(SCENE_TESTS) controller commands host broken_medium

OUT      := build$(if $(filter release,$(VARIANT)),,/$(VARIANT))
OBJ      := build/obj/$(VARIANT)

CORE_OBJ   := $(CORE:%=$(OBJ)/fdc/%.o)
HOSTED_OBJ := $(OBJ)/fdc/floppy_drive.o $(MEDIA:%=$(OBJ)/media/%.o)
MINIPC_OBJ := $(MINIPC:%=$(OBJ)/examples/minipc/%.o)
SCRIPT_OBJ := $(SCRIPT:%=$(OBJ)/tools/vfdc-script/%.o)

LIBRARIES := $(OUT)/libvfdc.a $(OUT)/libvfdc-core.a $(OUT)/libvfdc.so

all: $(LIBRARIES) $(OUT)/vfdc-script $(OUT)/minimal

# ---- the library ---------------------------------------------------------------------------

$(OBJ)/fdc/%.o: fdc/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(if $(filter floppy_drive,$*),$(HOSTED),-ffreestanding) -c -o $@ $<

$(OBJ)/media/%.o: media/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -c -o $@ $<

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

$(OBJ)/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -c -o $@ $<

$(OUT)/vfdc-script: $(SCRIPT_OBJ) $(OBJ)/tools/faulty_system.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OBJ)/examples/%.o: examples/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -c -o $@ $<

$(OUT)/minimal: $(OBJ)/examples/minimal.o $(OUT)/libvfdc.a
	$(LINK) -o $@ $^

$(OUT)/minipc: $(MINIPC_OBJ) $(OUT)/libvfdc.a
	$(LINK) -o $@ $^ -lx86emu

# needs the network only where a package is missing
demo:
	tools/install-packages demo
	$(MAKE) $(OUT)/minipc
	tools/demo $(OUT)

# ---- tests ---------------------------------------------------------------------------------

$(OBJ)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(HOSTED) -Ifdc -Imedia -Itools -c -o $@ $<

$(OUT)/tests/test_%: $(OBJ)/tests/test_%.o $(OBJ)/tests/rig.o $(OBJ)/tools/faulty_system.o \
                     $(OUT)/libvfdc.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LINK_$(@F)) -lcmocka

# the operator's door; one of its tests makes the library's allocations fail
$(SCENE_TESTS:%=$(OUT)/tests/test_%): $(OBJ)/tests/scene.o
LINK_test_floppy_drive := -Wl,--wrap=malloc,--wrap=calloc,--wrap=strdup

$(OUT)/tests/test_host $(OUT)/tests/test_broken_medium: $(OBJ)/tests/media_faulty.o

# the runner of port scripts itself, then every script
check-scripts: $(OUT)/vfdc-script
	tests/vfdc_script_test.sh $(OUT)
	$(OUT)/vfdc-script tests/scripts/*.fdc

check-guests: $(OUT)/minipc
	tests/guests/minipc $(OUT)

clean:
	rm -rf build

.PHONY: all demo check-scripts check-guests clean
.SECONDARY:

-include $(shell find build/obj -name '*.d' 2>/dev/null)
