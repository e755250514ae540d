/* Kubeconfigs with embedded client certificates; see kube.h. */
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"

#define CONFIG_MAX (1 << 20) /* bytes of a kubeconfig */

static void add_blob(struct strbuf *sb, const char *name, const char *pem)
{
	_cleanup_(freep) char *text = base64_encode(pem, strlen(pem));

	strbuf_addf(sb, "    %s: %s\n", name, text);
}

static bool add_user(struct strbuf *sb, const struct kube_cluster *cluster, const char *user,
		     const char *const *groups, struct err *err)
{
	static const char *const masters[] = {"system:masters", NULL};
	struct tls_pair pair = {};

	if (!tls_make_client(&cluster->ca, user, groups ? groups : masters, &pair, err))
		return false;
	strbuf_addf(sb, "- name: %s\n  user:\n", cluster->name);
	add_blob(sb, "client-certificate-data", pair.certificate_pem);
	add_blob(sb, "client-key-data", pair.key_pem);
	tls_pair_done(&pair);
	return true;
}

bool kube_config(struct kube *kube _unused_, const char *user, const char *const *groups,
		 struct kube_cluster *const *clusters, char **ret, struct err *err)
{
	struct strbuf sb;
	bool fine = true;

	strbuf_init(&sb, CONFIG_MAX);
	strbuf_add(&sb, "apiVersion: v1\nkind: Config\nclusters:\n");
	for (size_t i = 0; clusters[i]; i++) {
		strbuf_addf(&sb, "- name: %s\n  cluster:\n    server: %s\n", clusters[i]->name,
			    clusters[i]->url);
		add_blob(&sb, "certificate-authority-data", clusters[i]->ca.certificate_pem);
	}
	strbuf_add(&sb, "users:\n");
	for (size_t i = 0; clusters[i] && fine; i++)
		fine = add_user(&sb, clusters[i], user, groups, err);
	strbuf_add(&sb, "contexts:\n");
	for (size_t i = 0; clusters[i]; i++)
		strbuf_addf(&sb, "- name: %s\n  context:\n    cluster: %s\n    user: %s\n",
			    clusters[i]->name, clusters[i]->name, clusters[i]->name);
	if (clusters[0])
		strbuf_addf(&sb, "current-context: %s\n", clusters[0]->name);
	if (fine)
		*ret = strbuf_steal(&sb);
	strbuf_done(&sb);
	return fine;
}
