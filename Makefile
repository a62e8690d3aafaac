# SPDX-License-Identifier: GPL-2.0
#
# All targets start here: Kbuild builds the module, Makefiles in directories the rest.

KERNELRELEASE ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KERNELRELEASE)/build
DESTDIR ?=
PREFIX ?= /usr
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMSDIR := $(DESTDIR)/usr/src/shelltrap-$(VERSION)

help:
	@echo 'Try it (changes nothing on this machine, except that it installs packages):'
	@echo '  make demo             attack a web server in a virtual machine and show the alert'
	@echo '  make test             run all tests'
	@echo 'Build and test one part:'
	@echo '  make module           build shelltrap.ko for the running kernel (KDIR=... for another)'
	@echo '  make userspace        build userspace/shelltrap'
	@echo '  make nightly          run what takes hours (PARTS="vm-6.12 int3"), resume where it ended'
	@echo '  make kernels          build the module for all kernels in Debian (SUITES="sid ...")'
	@echo '  make lint             check style, run static analysis'
	@echo '  make unit             run the unit tests, under sanitizers'
	@echo '  make fuzz             fuzz parser, formats and decision, for a fixed number of runs'
	@echo '  make kunit            run the KUnit tests in User Mode Linux, under KASAN;'
	@echo '                        SANITIZE=1: on the test kernel (lockdep, kmemleak, ...)'
	@echo '  make vm-test          run the tests in the virtual machine (SHELLTRAP_TESTS="10-... 20-...");'
	@echo '                        SANITIZE=1: on the test kernel; SANITIZE=int3: with breakpoint probes'
	@echo '  make arm64-test       build for arm64 and test on an emulated arm64 machine'
	@echo '  make package-test     build, install, upgrade, boot and purge packages (RELEASES="bookworm ...")'
	@echo '  make browser-test     open reports in a browser, and check them'
	@echo '  make picture          draw the report that README.md shows'
	@echo '  make bench            measure rates, delays, memory, instructions (.cache/bench.json, .svg)'
	@echo '  make profile          count instructions by function (LOADS="shell fork ...")'
	@echo 'Install on a server:'
	@echo '  make deb              build packages for this Debian: shelltrap and shelltrap-dkms'
	@echo '  make rpm              build packages for distributions with RPM'
	@echo '  make install          install program, units and manual pages without a package'
	@echo '  make dkms-install     install the module for this and later kernels, load it at boot'
	@echo 'Clean up:'
	@echo '  make clean            remove build results, but not the cache in .cache'

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

nightly:
	@scripts/nightly

kernels:
	@scripts/kernels

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

browser-test:
	@tests/browser/run

picture:
	@tests/browser/picture

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

# The files that DKMS needs to build the module, and a line that loads it at every boot.
dkms-install:
	install -d $(DKMSDIR)/module/probe $(DKMSDIR)/include/uapi/linux
	install -m 644 Kbuild dkms.conf COPYING $(DKMSDIR)/
	install -m 644 $(filter-out module/probes.h,$(wildcard module/*.[ch])) $(DKMSDIR)/module/
	install -m 644 module/probe/*.c $(DKMSDIR)/module/probe/
	install module/kernels-without $(DKMSDIR)/module/
	install -m 644 include/uapi/linux/shelltrap.h $(DKMSDIR)/include/uapi/linux/
	install -d $(DESTDIR)/usr/lib/modules-load.d
	echo shelltrap >$(DESTDIR)/usr/lib/modules-load.d/shelltrap.conf
ifeq ($(DESTDIR),)
	dkms install --force shelltrap/$(VERSION) -k $(KERNELRELEASE)
	$(DKMSDIR)/module/kernels-without
endif

clean:
	rm -f *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order
	rm -f module/*.o module/.*.cmd module/.*.d module/probes.h
	$(MAKE) -C userspace clean
	$(MAKE) -C tests/unit clean
	$(MAKE) -C tests/fuzz clean

.PHONY: help module userspace demo test nightly kernels lint unit fuzz kunit vm-test arm64-test package-test browser-test picture bench profile install deb rpm dkms-install clean
