// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/containers.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/host.h"
#include "lib/allowance.h"
#include "lib/buffer.h"
#include "lib/deadline.h"
#include "lib/node.h"
#include "lib/worker.h"

#define WAIT_MAX_MS	100
#define WAIT_MIN_MS	5
/* How many containers are cached, and for how long: a container may be renamed. */
#define CACHED		32
#define CACHED_MS	60000
/* Larger files are not read. Podman has one for all containers. */
#define FILE_MAX_BYTES	(4 * 1024 * 1024)
#define ID_SIZE		128
#define NAME_SIZE	256

const char *containers_root = "";

enum name {
	NAME,
	IMAGE,
	POD,
	NAMESPACE,
	NAMES,
};

/* An empty string is not known. */
struct found {
	char id[ID_SIZE];
	char pod_uid[64];	/* "" outside of Kubernetes */
	char text[NAMES][NAME_SIZE];
	int64_t until;		/* valid until then, as now_ms() */
};

/* The only job, and the cache. The worker's lock protects them, and the allowance. */
static struct found job;
static bool job_is_there;
static struct found cache[CACHED];
static size_t cache_next;
static struct allowance allowance = ALLOWANCE(WAIT_MAX_MS, WAIT_MIN_MS);

static void containers_work(struct worker *unused);
static struct worker worker = WORKER(containers_work);

static void found_take(struct found *found, enum name name, const char *text)
{
	if (text && *text && !found->text[name][0])
		snprintf(found->text[name], NAME_SIZE, "%s", text);
}

static const struct node *containers_read(struct document *document, const char *path)
{
	struct buffer text = {0};
	const struct node *root = NULL;
	char part[65536], whole[PATH_MAX];
	struct stat st;
	ssize_t len;
	int fd;

	snprintf(whole, sizeof(whole), "%s%s", containers_root, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		while (text.len <= FILE_MAX_BYTES && (len = read(fd, part, sizeof(part))) > 0)
			buffer_add(&text, part, len);
	close(fd);
	if (text.len && text.len <= FILE_MAX_BYTES)
		root = document_read(document, text.data, text.len);
	buffer_free(&text);
	return root;
}

static void containers_docker(struct found *found)
{
	struct document document = {0};
	char path[PATH_MAX];
	const struct node *root;
	const char *name;

	snprintf(path, sizeof(path), "/var/lib/docker/containers/%s/config.v2.json", found->id);
	root = containers_read(&document, path);
	name = node_string(root, "Name");
	found_take(found, NAME, name && *name == '/' ? name + 1 : name);
	found_take(found, IMAGE, node_string(root, "Config.Image"));
	document_free(&document);
}

/* Of podman, each container's metadata is JSON in a string. */
static void containers_podman_metadata(struct found *found, const struct node *container)
{
	const char *metadata = node_string(container, "metadata");
	struct document document = {0};
	const struct node *root = NULL;

	if (metadata)
		root = document_read(&document, metadata, strlen(metadata));
	found_take(found, NAME, node_string(root, "name"));
	found_take(found, IMAGE, node_string(root, "image-name"));
	document_free(&document);
}

static void containers_podman(struct found *found)
{
	struct document document = {0};
	const struct node *list, *container;
	const char *id;

	list = containers_read(&document,
			       "/var/lib/containers/storage/overlay-containers/containers.json");
	node_each_item(container, list) {
		id = node_string(container, "id");
		if (!id || strcmp(id, found->id))
			continue;
		containers_podman_metadata(found, container);
		found_take(found, NAME, node_string(container, "names.0"));
	}
	document_free(&document);
}

/* A key that has dots itself. */
static const char *node_of_key(const struct node *object, const char *key)
{
	const struct node *member;

	for (member = node_is(object, NODE_OBJECT) ? node_first(object) : NULL; member;
	     member = node_next(member))
		if (member->key_len == strlen(key) && !memcmp(member->key, key, member->key_len))
			return node_string(member, "");
	return NULL;
}

/* The annotations that containerd and CRI-O write for Kubernetes, and those of nerdctl. */
static void containers_annotations(struct found *found, const char *path)
{
	static const struct {
		const char *key;
		enum name name;
	} keys[] = {
		{ "io.kubernetes.cri.container-name", NAME },
		{ "io.kubernetes.cri.image-name", IMAGE },
		{ "io.kubernetes.cri.sandbox-name", POD },
		{ "io.kubernetes.cri.sandbox-namespace", NAMESPACE },
		{ "io.kubernetes.container.name", NAME },
		{ "io.kubernetes.cri-o.ImageName", IMAGE },
		{ "io.kubernetes.pod.name", POD },
		{ "io.kubernetes.pod.namespace", NAMESPACE },
		{ "nerdctl/name", NAME },
	};
	struct document document = {0};
	const struct node *annotations = node_at(containers_read(&document, path), "annotations");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		found_take(found, keys[i].name, node_of_key(annotations, keys[i].key));
	document_free(&document);
}

static void containers_oci(struct found *found)
{
	static const char *const directories[] = {
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
		"/run/containerd/io.containerd.runtime.v2.task/default/%s/config.json",
		"/var/lib/containers/storage/overlay-containers/%s/userdata/config.json",
	};
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(directories); i++) {
		const char *rest = strstr(directories[i], "%s");

		snprintf(path, sizeof(path), "%.*s%s%s", (int)(rest - directories[i]),
			 directories[i], found->id, rest + strlen("%s"));
		containers_annotations(found, path);
	}
}

/* Kubernetes: the kubelet makes a directory "NAMESPACE_POD_UID" for the logs of a pod. */
static void containers_take_log(struct found *found, char *name)
{
	char *uid = strrchr(name, '_'), *pod = strchr(name, '_');

	if (!uid || pod == uid || strcmp(uid + 1, found->pod_uid))
		return;
	*uid = '\0';
	*pod = '\0';
	found_take(found, POD, pod + 1);
	found_take(found, NAMESPACE, name);
}

static void containers_kubelet(struct found *found)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *logs;

	if (!found->pod_uid[0])
		return;
	snprintf(path, sizeof(path), "%s/var/log/pods", containers_root);
	logs = opendir(path);
	while (logs && (entry = readdir(logs)))
		containers_take_log(found, entry->d_name);
	if (logs)
		closedir(logs);
}

/* Runs in the worker's thread with its lock held, and drops the lock while it reads. */
static void containers_work(struct worker *unused)
{
	static struct found found;

	(void)unused;
	if (!job_is_there)
		return;
	found = job;
	pthread_mutex_unlock(&worker.lock);
	containers_docker(&found);
	containers_podman(&found);
	containers_oci(&found);
	containers_kubelet(&found);
	pthread_mutex_lock(&worker.lock);
	found.until = now_ms() + CACHED_MS;
	cache[cache_next] = found;
	cache_next = (cache_next + 1) % CACHED;
	job_is_there = false;
}

static const struct found *containers_cached(const char *id)
{
	size_t i;

	for (i = 0; i < CACHED; i++)
		if (cache[i].until > now_ms() && !strcmp(cache[i].id, id))
			return &cache[i];
	return NULL;
}

/* The UID of the pod, with dashes, from "kubepods-burstable-pod0f_4c.slice" or "pod0f-4c". */
static void containers_put_pod(const char *cgroup_path, char *uid, size_t size)
{
	const char *pod = strstr(cgroup_path, "kubepods");
	size_t i, len;

	while (pod && strncmp(pod, "-pod", 4) && strncmp(pod, "/pod", 4))
		pod = strpbrk(pod + 1, "-/");
	if (!pod)
		return;
	pod += strlen("-pod");
	len = strcspn(pod, "./");
	if (len >= size)
		return;
	for (i = 0; i < len; i++)
		uid[i] = pod[i] == '_' ? '-' : pod[i];
	uid[len] = '\0';
}

/* Only what cannot lead elsewhere, as it becomes part of a path. */
static bool containers_put_id(const struct container *container, char *id)
{
	static const char allowed[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

	if (container->id.len >= ID_SIZE)
		return false;
	memcpy(id, container->id.start, container->id.len);
	id[container->id.len] = '\0';
	return container->id.len && strspn(id, allowed) == container->id.len;
}

static const struct found *containers_wait(const struct found *wanted)
{
	struct timespec deadline = deadline_in(allowance_patience(&allowance, now_ms()));
	const struct found *found;

	while (!(found = containers_cached(wanted->id))) {
		if (!job_is_there) {
			job = *wanted;
			job_is_there = worker_ask(&worker);
		}
		if (!job_is_there || !worker_wait(&worker, &deadline))
			return containers_cached(wanted->id);
	}
	return found;
}

static const char *found_text(const struct found *found, enum name name)
{
	return found->text[name][0] ? found->text[name] : NULL;
}

const struct container_names *containers_find(const char *cgroup_path)
{
	static __thread struct container_names names;
	static __thread struct found copy;
	const struct found *found;
	struct found wanted = {0};
	struct container container;
	int64_t begin = now_ms();

	if (!container_of_cgroup(cgroup_path, &container) ||
	    !containers_put_id(&container, wanted.id))
		return NULL;
	containers_put_pod(cgroup_path, wanted.pod_uid, sizeof(wanted.pod_uid));
	pthread_mutex_lock(&worker.lock);
	found = containers_wait(&wanted);
	copy = found ? *found : wanted;
	allowance_spend(&allowance, begin, now_ms());
	pthread_mutex_unlock(&worker.lock);
	names = (struct container_names){
		.name = found_text(&copy, NAME),
		.image = found_text(&copy, IMAGE),
		.pod = found_text(&copy, POD),
		.namespace = found_text(&copy, NAMESPACE),
	};
	return &names;
}
