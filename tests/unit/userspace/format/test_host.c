// SPDX-License-Identifier: GPL-2.0
/* The container and the unit are derived from the path of the cgroup. */
#include "unit.h"

#include "format/host.h"

#define ID	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define POD	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_3.slice"

static const struct {
	const char *path, *id, *runtime;
} containers[] = {
	{ "/system.slice/docker-" ID ".scope", ID, "docker" },
	{ "/docker/" ID, ID, "docker" },
	{ "/docker/" ID "/sub/group", ID, "docker" },
	{ "/machine.slice/libpod-" ID ".scope", ID, "podman" },
	{ "/machine.slice/libpod-" ID ".scope/container", ID, "podman" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope",
	  ID, "podman" },
	{ "/libpod_parent/libpod-" ID, ID, "podman" },
	{ "/system.slice/web.service/libpod-payload-" ID, ID, "podman" },
	{ POD "/cri-containerd-" ID ".scope", ID, "containerd" },
	{ POD "/crio-" ID ".scope", ID, "cri-o" },
	{ POD "/docker-" ID ".scope", ID, "docker" },
	{ "/kubepods/burstable/pod12-3/" ID, ID, "kubernetes" },
	{ "/system.slice/containerd.service/kubepods-pod12.slice:cri-containerd:" ID,
	  ID, "containerd" },
	{ "/lxc/web", "web", "lxc" },
	{ "/lxc/101/ns/system.slice/nginx.service", "101", "lxc" },
	{ "/lxc.payload.web/system.slice/nginx.service", "web", "lxc" },
	{ "/lxc.payload/web", "web", "lxc" },
	/* the inner one of nested containers */
	{ "/docker/" OTHER "/kubelet" POD "/cri-containerd-" ID ".scope", ID, "containerd" },
	{ "/lxc.payload.web/system.slice/docker-" ID ".scope", ID, "docker" },
	/* a container of an unknown runtime */
	{ "/actions_job/" ID, ID, NULL },
};

static const char *const no_containers[] = {
	"", "/", "//", "/system.slice/php8.2-fpm.service", "/init.scope",
	"/user.slice/user-1000.slice/session-3.scope",
	"/system.slice/docker.service", "/system.slice/docker-abc.scope",
	"/system.slice/docker-" ID "0.scope",		/* too long */
	"/machine.slice/libpod-conmon-" ID ".scope",	/* runs outside of it */
	"/lxc.monitor.web", "/lxc", "/lxc.payload.", "/lxc/",
	POD, ":cri-containerd:short", "/docker/0123456789ABCDEF",
};

TEST(a_container_is_recognized_by_its_cgroup)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(containers); i++) {
		struct container c = {0};

		print_message("%s\n", containers[i].path);
		assert_true(container_of_cgroup(containers[i].path, &c));
		assert_int_equal(c.id.len, strlen(containers[i].id));
		assert_memory_equal(c.id.start, containers[i].id, c.id.len);
		if (containers[i].runtime)
			assert_string_equal(c.runtime, containers[i].runtime);
		else
			assert_null(c.runtime);
	}
}

TEST(other_cgroups_are_not_containers)
{
	struct container c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(no_containers); i++) {
		print_message("%s\n", no_containers[i]);
		assert_false(container_of_cgroup(no_containers[i], &c));
	}
}

TEST(the_unit_is_the_innermost_service_or_else_scope)
{
	static const struct {
		const char *path, *unit;
	} units[] = {
		{ "/system.slice/php8.2-fpm.service", "php8.2-fpm.service" },
		{ "/system.slice/php8.2-fpm.service/workers", "php8.2-fpm.service" },
		{ "/user.slice/user-0.slice/session-3.scope", "session-3.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
		  "web.service" },
		{ "/system.slice/a.service/b.scope", "a.service" },
		{ "/init.scope", "init.scope" },
		{ "/", NULL }, { "", NULL }, { "/docker/" ID, NULL },
	};
	struct span unit;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++) {
		assert_int_equal(unit_of_cgroup(units[i].path, &unit), !!units[i].unit);
		if (!units[i].unit)
			continue;
		assert_int_equal(unit.len, strlen(units[i].unit));
		assert_memory_equal(unit.start, units[i].unit, unit.len);
	}
}

static void read_cgroup(const char *path, size_t len)
{
	struct container c;
	struct span unit;

	(void)len;
	container_of_cgroup(path, &c);
	unit_of_cgroup(path, &unit);
}

TEST(random_cgroup_paths_do_no_harm)
{
	static const char *const parts[] = {
		"/", "docker-", "docker", ID, ".scope", ":cri-containerd:", "lxc",
		"lxc.payload.", "kubepods", "x", ".service", "libpod-payload-",
	};

	try_random_texts(50000, 9, parts, ARRAY_SIZE(parts), read_cgroup);
}
