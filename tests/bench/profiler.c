// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU that counts the instructions between two marks of spawn.c: those of the
 * kernel by address, those of programs in one sum; separately for the tasks that spawn.c
 * marks and for other tasks. An interrupt counts for the task that it interrupts. QEMU must emulate
 * the CPUs in one thread. For each section the plugin writes to the file that "out=" names
 *
 *	section
 *	ADDRESS OTHERS OWN	in hexadecimal; address 0: all programs
 *	...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"
#include "qemu-plugin.h"

#define KERNEL 0xffffffff80000000	/* the kernel's text and modules begin here */
#define PAGE_SIZE 4096
#define PAGES (0x80000000 / PAGE_SIZE)
#define MOST_TASKS 256
#define MOST_CPUS 64			/* as profile says */
#define RSI 4				/* in gdb's numbering of registers */

struct counter {
	uint32_t by[2];			/* by other tasks; by measured tasks */
};

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct counter *pages[PAGES], programs;
static uint64_t current[MOST_CPUS], measured[MOST_TASKS];
static unsigned int n_measured, is_measured[MOST_CPUS];
static FILE *out;

static struct counter *counter_of(uint64_t address)
{
	uint64_t page = (address - KERNEL) / PAGE_SIZE;

	if (address < KERNEL)
		return &programs;
	if (!pages[page])
		pages[page] = calloc(PAGE_SIZE, sizeof(struct counter));
	if (!pages[page])
		abort();
	return &pages[page][address % PAGE_SIZE];
}

static void clear_counters(void)
{
	unsigned int i;

	memset(&programs, 0, sizeof(programs));
	for (i = 0; i < PAGES; i++)
		if (pages[i])
			memset(pages[i], 0, PAGE_SIZE * sizeof(struct counter));
}

static void write_counter(uint64_t address, const struct counter *counter)
{
	if (counter->by[0] || counter->by[1])
		fprintf(out, "%llx %x %x\n", (unsigned long long)address, counter->by[0],
			counter->by[1]);
}

static void write_section(void)
{
	uint64_t i, j;

	fputs("section\n", out);
	write_counter(0, &programs);
	for (i = 0; i < PAGES; i++)
		for (j = 0; pages[i] && j < PAGE_SIZE; j++)
			write_counter(KERNEL + i * PAGE_SIZE + j, &pages[i][j]);
	fflush(out);
}

static void update_is_measured(unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < n_measured && measured[i] != current[cpu]; i++)
		;
	is_measured[cpu] = i < n_measured;
}

static void measure_current(unsigned int cpu)
{
	update_is_measured(cpu);
	if (!is_measured[cpu] && n_measured < MOST_TASKS)
		measured[n_measured++] = current[cpu];
	update_is_measured(cpu);
}

static void measure_only(unsigned int cpu)
{
	n_measured = 0;
	memset(is_measured, 0, sizeof(is_measured));
	measure_current(cpu);
}

static void count_instruction(unsigned int cpu, void *data)
{
	struct counter *counter = data;

	counter->by[is_measured[cpu]]++;
}

/*
 * Called in __switch_to_asm(prev, next). QEMU has all registers in their place only when a
 * block of code begins; the function begins a block and has not changed RSI, next, since.
 */
static void note_switch(unsigned int cpu, void *data)
{
	static struct _GByteArray *value;

	(void)data;
	if (!value)
		value = g_byte_array_new();
	g_byte_array_set_size(value, 0);
	if (x86_cpu_gdb_read_register(qemu_get_cpu(cpu), value, RSI) != sizeof(current[cpu]))
		abort();
	memcpy(&current[cpu], value->data, sizeof(current[cpu]));
	update_is_measured(cpu);
}

static void handle_mark(unsigned int cpu, void *data)
{
	switch ((uintptr_t)data) {
	case MARK_FIRST:
		measure_only(cpu);
		break;
	case MARK_CHILD:
		measure_current(cpu);
		break;
	case MARK_START:
		clear_counters();
		break;
	case MARK_STOP:
		write_section();
		break;
	}
}

/* Looks for nopl MARK(%rax): the displacement is in the last four bytes. */
static void look_for_mark(struct qemu_plugin_insn *insn, const unsigned char *code, size_t size)
{
	uint32_t which;

	if (size != 7 || memcmp(code, "\x0f\x1f\x80", 3))
		return;
	memcpy(&which, code + 3, sizeof(which));
	if (which >= MARK_FIRST && which <= MARK_STOP)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, handle_mark, QEMU_PLUGIN_CB_NO_REGS,
						       (void *)(uintptr_t)which);
}

/* Looks for mov OFFSET(%rsi),%rsp, with which only __switch_to_asm takes the next stack. */
static void look_for_switch(struct qemu_plugin_insn *insn, const unsigned char *code, size_t size)
{
	if (size == 7 && !memcmp(code, "\x48\x8b\xa6", 3))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, note_switch, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const unsigned char *code = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_cb(insn, count_instruction,
						       QEMU_PLUGIN_CB_NO_REGS, counter_of(address));
		if (address < KERNEL)
			look_for_mark(insn, code, size);
		else
			look_for_switch(insn, code, size);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
