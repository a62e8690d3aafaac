# SPDX-License-Identifier: GPL-2.0
#
# The way in. Nothing is built here: the module by Kbuild, the rest where it lies.

KERNELRELEASE ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KERNELRELEASE)/build
DESTDIR ?=
PREFIX ?= /usr
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMSDIR := $(DESTDIR)/usr/src/shelltrap-$(VERSION)

help:
	@echo 'On this machine, without touching it but for packages:'
	@echo '  make demo             a web server is attacked in a virtual machine, and the trap springs'
	@echo '  make test             every test'
	@echo 'Parts of it:'
	@echo '  make module           shelltrap.ko for the running kernel (KDIR=... for another)'
	@echo '  make userspace        userspace/shelltrap'
	@echo '  make lint             style and static checks'
	@echo '  make unit             unit tests, under sanitizers'
	@echo '  make fuzz             the parser, the formats and the decision, for a bounded number of runs'
	@echo '  make kunit            KUnit tests on a kernel that watches memory and locks'
	@echo '  make vm-test          tests in the virtual machine (SHELLTRAP_TESTS="10-... 20-...");'
	@echo '                        SANITIZE=1: on that kernel; SANITIZE=int3: with breakpoint probes'
	@echo '  make arm64-test       module and program built for arm64, and tried on its kernel, emulated'
	@echo '  make package-test     packages built, installed, upgraded, booted, purged (RELEASES="bookworm ...")'
	@echo '  make bench            rates, delays, memory, instructions: tables, .cache/bench.json, .svg'
	@echo '  make profile          which functions those instructions are in (LOADS="shell fork ...")'
	@echo 'On a server:'
	@echo '  make deb              packages for this Debian, shelltrap and shelltrap-dkms'
	@echo '  make rpm              the same for distributions with RPM'
	@echo '  make install          without them: program, units, manual pages'
	@echo '  make dkms-install     module, now, for every later kernel and at every boot'
	@echo 'And:'
	@echo '  make clean            removes what was built, not the caches in .cache'

module:
	@test -d $(KDIR) || { echo "no kernel headers in $(KDIR): install linux-headers-$(KERNELRELEASE) or set KDIR" >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

userspace:
	$(MAKE) -C userspace

demo:
	@scripts/deps build lab
	@scripts/demo

test:
	@scripts/test

lint:
	@scripts/deps build lint lab
	@scripts/lint

unit:
	@scripts/deps build unit
	$(MAKE) -C tests/unit check

fuzz:
	@scripts/deps build fuzz
	$(MAKE) -C tests/fuzz check

kunit:
	@scripts/kunit

vm-test:
	@scripts/deps build lab
	@tests/vm/run

arm64-test:
	@tests/arm64/run

package-test:
	@tests/packages/run
	@tests/packages/boot

bench:
	@scripts/deps build lab
	@tests/bench/run

profile:
	@tests/bench/profile $(LOADS)

install: userspace
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

deb:
	@scripts/deb/build

rpm:
	@scripts/rpm/build

# What DKMS needs to build the module, and no more; and the module at every boot.
dkms-install:
	install -d $(DKMSDIR)/module $(DKMSDIR)/include/uapi/linux
	install -m 644 Kbuild dkms.conf COPYING $(DKMSDIR)/
	install -m 644 module/*.c module/*.h $(DKMSDIR)/module/
	install -m 644 include/uapi/linux/shelltrap.h $(DKMSDIR)/include/uapi/linux/
	install -d $(DESTDIR)/usr/lib/modules-load.d
	echo shelltrap >$(DESTDIR)/usr/lib/modules-load.d/shelltrap.conf
ifeq ($(DESTDIR),)
	dkms install --force shelltrap/$(VERSION) -k $(KERNELRELEASE)
endif

clean:
	rm -f *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order
	rm -f module/*.o module/.*.cmd module/.*.d
	$(MAKE) -C userspace clean
	$(MAKE) -C tests/unit clean
	$(MAKE) -C tests/fuzz clean

.PHONY: help module userspace demo test lint unit fuzz kunit vm-test arm64-test package-test bench profile install deb rpm dkms-install clean
