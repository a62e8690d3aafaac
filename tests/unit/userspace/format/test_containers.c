// SPDX-License-Identifier: GPL-2.0
/* A container's name comes from the files of its runtime, and from nowhere else. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "files.h"
#include "format/containers.h"

static char id[65];
static int tests;

/* Another container for each test: names are cached. */
void set_up(void)
{
	files_set_up();
	containers_root = files_directory;
	snprintf(id, sizeof(id), "%064x", ++tests);
}

void tear_down(void)
{
	assert_int_equal(system("rm -rf var run"), 0);
	files_tear_down();
}

static void write_below(const char *path, const char *text)
{
	char made[512], *slash;

	snprintf(made, sizeof(made), "%s", path);
	for (slash = strchr(made, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(made, 0755);
		*slash = '/';
	}
	files_write_text(path, text);
}

static const struct container_names *find(const char *before, const char *after)
{
	char cgroup[512];

	snprintf(cgroup, sizeof(cgroup), "%s%s%s", before, id, after);
	return containers_find(cgroup);
}

TEST(a_container_of_docker_is_named)
{
	const struct container_names *names;
	char path[512];

	snprintf(path, sizeof(path), "var/lib/docker/containers/%s/config.v2.json", id);
	write_below(path, "{\"Name\":\"/shop\",\"Config\":{\"Image\":\"shop:1.2\"}}");
	names = find("/system.slice/docker-", ".scope");
	assert_string_equal(names->name, "shop");
	assert_string_equal(names->image, "shop:1.2");
	assert_null(names->pod);
	assert_null(names->namespace);
}

TEST(a_container_of_podman_is_named)
{
	const struct container_names *names;
	char text[512];

	snprintf(text, sizeof(text), "[{\"id\":\"other\",\"names\":[\"no\"]},{\"id\":\"%s\","
		 "\"names\":[\"web\"],\"metadata\":\"{\\\"image-name\\\":\\\"nginx\\\"}\"}]", id);
	write_below("var/lib/containers/storage/overlay-containers/containers.json", text);
	names = find("/machine.slice/libpod-", ".scope");
	assert_string_equal(names->name, "web");
	assert_string_equal(names->image, "nginx");
}

TEST(a_pod_of_kubernetes_is_named)
{
	const struct container_names *names;
	char path[512];

	snprintf(path, sizeof(path),
		 "run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json", id);
	write_below(path, "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"php\","
		    "\"io.kubernetes.cri.image-name\":\"reg/php:8\"}}");
	write_below("var/log/pods/prod_shop-7f9_0f4c3d1e-11/x", "");
	write_below("var/log/pods/prod_other_0f4c3d1e-12/x", "");
	names = find("/kubepods.slice/kubepods-burstable.slice/"
		     "kubepods-burstable-pod0f4c3d1e_11.slice/cri-containerd-", ".scope");
	assert_string_equal(names->name, "php");
	assert_string_equal(names->image, "reg/php:8");
	assert_string_equal(names->pod, "shop-7f9");
	assert_string_equal(names->namespace, "prod");
}

TEST(without_such_files_nothing_is_known)
{
	const struct container_names *names = find("/system.slice/docker-", ".scope");

	assert_null(names->name);
	assert_null(names->image);
	assert_null(find("/system.slice/", ".service"));
}

TEST(a_file_that_is_no_json_says_nothing)
{
	char path[512];

	snprintf(path, sizeof(path), "var/lib/docker/containers/%s/config.v2.json", id);
	write_below(path, "{\"Name\":\"/shop\"");
	assert_null(find("/docker/", "")->name);
}

/* The name of a container of LXC is in the path, too, and may be any. */
TEST(an_id_does_not_lead_to_another_file)
{
	write_below("var/lib/docker/containers/x/config.v2.json", "{\"Name\":\"/forged\"}");
	assert_null(containers_find("/lxc.payload.../x"));
	assert_null(containers_find("/lxc.payload.."));
}
