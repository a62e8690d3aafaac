/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations for profiler.c: of the plugin interface (version 1) of QEMU 7.2, for which
 * Debian has no header, and of internal functions of QEMU, as this version of the interface
 * has no way to read a register.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_VERSION 1
#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

/* The callback does not read registers. QEMU 7.2 ignores this flag. */
#define QEMU_PLUGIN_CB_NO_REGS 0

typedef uint64_t qemu_plugin_id_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef void (*qemu_plugin_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_exec_cb)(unsigned int cpu, void *data);

/* The plugin defines these. */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
					   int argc, char **argv);

/* The interface for plugins. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_trans_cb callback);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_exec_cb callback, int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

/* Internal functions of QEMU. */
struct CPUState;
struct _GByteArray {
	uint8_t *data;
	unsigned int len;
};

struct CPUState *qemu_get_cpu(int index);
int x86_cpu_gdb_read_register(struct CPUState *cpu, struct _GByteArray *value, int which);
struct _GByteArray *g_byte_array_new(void);
struct _GByteArray *g_byte_array_set_size(struct _GByteArray *array, unsigned int size);

#endif
