// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/host.h"

#include <string.h>
#include <unistd.h>

#include "kernel/module.h"
#include "lib/util.h"

void host_read(struct host *host)
{
	memset(host, 0, sizeof(*host));
	host_read_name(host);
	read_line("/proc/sys/kernel/random/boot_id", host->boot_id, sizeof(host->boot_id));
}

void host_read_name(struct host *host)
{
	gethostname(host->name, sizeof(host->name) - 1);
}

/* Moves *path after its next component; false at the end of the path. */
static bool path_next_component(const char **path, struct span *component)
{
	*path += strspn(*path, "/");
	component->start = *path;
	component->len = strcspn(*path, "/");
	*path += component->len;
	return component->len > 0;
}

static bool span_starts_with(struct span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && !memcmp(span.start, prefix, len);
}

static bool span_ends_with(struct span span, const char *suffix)
{
	size_t len = strlen(suffix);

	return span.len >= len && !memcmp(span.start + span.len - len, suffix, len);
}

static bool span_equals(struct span span, const char *text)
{
	return span.len == strlen(text) && span_starts_with(span, text);
}

static struct span span_cut(struct span span, size_t before, size_t behind)
{
	return (struct span){ span.start + before, span.len - before - behind };
}

#define ID_LENGTH 64

static bool span_is_id(struct span span)
{
	size_t i;

	for (i = 0; i < span.len; i++)
		if (!strchr("0123456789abcdef", span.start[i]))
			return false;
	return span.len == ID_LENGTH;
}

/* "docker-<id>.scope" and similar names; without ".scope" if cgroupfs is the driver. */
static bool container_by_prefix(struct span component, struct container *container)
{
	static const struct {
		const char *prefix, *runtime;
	} prefixes[] = {
		{ "docker-", "docker" },
		{ "libpod-", "podman" },
		{ "libpod-payload-", "podman" },
		{ "cri-containerd-", "containerd" },
		{ "nerdctl-", "containerd" },
		{ "crio-", "cri-o" },
	};
	size_t i;

	if (span_ends_with(component, ".scope"))
		component = span_cut(component, 0, strlen(".scope"));
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct span id;

		if (!span_starts_with(component, prefixes[i].prefix))
			continue;
		id = span_cut(component, strlen(prefixes[i].prefix), 0);
		if (!span_is_id(id))
			continue;
		*container = (struct container){ id, prefixes[i].runtime };
		return true;
	}
	return false;
}

/* "<slice>:cri-containerd:<id>": a path for systemd that runc uses without systemd. */
static bool container_by_colons(struct span component, struct container *container)
{
	static const char middle[] = ":cri-containerd:";
	size_t tail = strlen(middle) + ID_LENGTH;
	struct span id;

	if (component.len < tail)
		return false;
	component = span_cut(component, component.len - tail, 0);
	id = span_cut(component, strlen(middle), 0);
	if (!span_starts_with(component, middle) || !span_is_id(id))
		return false;
	*container = (struct container){ id, "containerd" };
	return true;
}

/* A bare id: only the parent directory may name the runtime. */
static bool container_by_id(struct span component, struct span above, bool in_kubernetes,
			    struct container *container)
{
	if (!span_is_id(component))
		return false;
	container->id = component;
	container->runtime = NULL;
	if (in_kubernetes)
		container->runtime = "kubernetes";
	else if (span_equals(above, "docker"))
		container->runtime = "docker";
	else if (span_equals(above, "libpod_parent"))
		container->runtime = "podman";
	return true;
}

/* lxc uses names instead of ids: "lxc/<name>", "lxc.payload.<name>". */
static bool container_lxc(struct span component, struct span above, struct container *container)
{
	static const char payload[] = "lxc.payload.";

	if (span_equals(above, "lxc") || span_equals(above, "lxc.payload"))
		container->id = component;
	else if (span_starts_with(component, payload) && component.len > strlen(payload))
		container->id = span_cut(component, strlen(payload), 0);
	else
		return false;
	container->runtime = "lxc";
	return true;
}

bool container_of_cgroup(const char *path, struct container *container)
{
	struct span component, above = {0};
	bool in_kubernetes = false;
	bool found = false;

	while (path_next_component(&path, &component)) {
		found |= container_by_prefix(component, container) ||
			 container_by_colons(component, container) ||
			 container_by_id(component, above, in_kubernetes, container) ||
			 container_lxc(component, above, container);
		in_kubernetes |= span_starts_with(component, "kubepods");
		above = component;
	}
	return found;
}

bool unit_of_cgroup(const char *path, struct span *unit)
{
	struct span component;
	bool found = false, is_service = false;

	while (path_next_component(&path, &component)) {
		bool service = span_ends_with(component, ".service");

		if (!service && (is_service || !span_ends_with(component, ".scope")))
			continue;
		*unit = component;
		is_service = service;
		found = true;
	}
	return found;
}
