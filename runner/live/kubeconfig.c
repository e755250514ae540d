/* The kubeconfig of a person. */
#include "runner/live/kubeconfig.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CLUSTERS_MAX 64

static bool write_private(const char *path, const char *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool ok;

	if (!file) {
		err_errno(err, "cannot write '%s'", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = fputs(text, file) >= 0;
	return (fclose(file) == 0 && ok) || err_errno(err, "cannot write '%s'", path);
}

bool kubeconfig_write(struct kube *kube, const char *path, struct err *err)
{
	struct kube_cluster *clusters[CLUSTERS_MAX + 1] = {NULL}, *cluster;
	_cleanup_(freep) char *text = NULL;
	size_t n = 0;

	/* the seed was made first, and is nobody's favourite */
	for (size_t i = 1; n < CLUSTERS_MAX - 1 && (cluster = kube_cluster_at(kube, i)); i++)
		clusters[n++] = cluster;
	clusters[n] = kube_cluster_at(kube, 0);
	return kube_config(kube, "operator", NULL, clusters, &text, err) &&
	       write_private(path, text, err);
}
