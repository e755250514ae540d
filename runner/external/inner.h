#pragma once
/* What the files about external targets share. */
#include "emulator/base/container.h"
#include "emulator/http/fetch.h"
#include "emulator/model/aws_model.h"
#include "runner/external/external.h"
#include "runner/schema/kinds.h"

struct xml_node;

/** Who asks a cluster, and where it is; texts are ours. */
struct kube_access {
	char *server, *name; /**< URL without a slash at its end; the cluster's name */
	char *ca_pem;	     /**< NULL: its certificate is not checked (insecure-skip-tls-verify) */
	char *certificate_pem, *key_pem, *token;
};
/** Reads a kubeconfig's current context. @param err  ERR_NOT_FOUND, ERR_INVALID */
must_check bool kube_access_read(const char *path, struct kube_access *ret, struct err *err);
void kube_access_done(struct kube_access *access);

struct external {
	const struct external_options *options;
	struct loop *loop;
	struct fetcher *fetcher;
	struct emulator *mirror;
	struct kube_cluster *cluster; /**< of the mirror; NULL: no cluster */
	struct kube_access access;
	const struct strs *kinds;
	const char *region;
	struct json *resources; /**< api version → { kind → { "name", "namespaced" } } */
	struct json *lacking;	/**< kind's word → why */
	int64_t changed_ms;
	uint64_t aws_requests, kube_requests;
	bool knows_crds;
};

/** An answer, to be freed by reply_done. */
struct reply {
	int status;
	char *body;
	size_t length;
	char *problem; /**< why there is none, or NULL */
	bool done;
};
void reply_done(struct reply *reply);
/** Sends a request and turns the loop until the answer is there. @param err  ERR_UNAVAILABLE */
must_check bool external_send(struct external *external, const struct fetch_request *request,
			      struct reply *ret, struct err *err);

/** @name aws_form.c, aws_reply.c: the query protocols from the client's side */
/** An operation's input as a form; text of the strbuf. @param err  ERR_UNSUPPORTED: a map */
must_check bool aws_form_write(const struct aws_service_model *service,
			       const struct aws_operation *operation, const struct json *params,
			       struct strbuf *sb, struct err *err);
/** A structure out of an element; what the model does not know is passed over. New tree. */
struct json *aws_reply_read(const struct aws_service_model *service, const struct aws_shape *shape,
			    const struct xml_node *node);

/** @name kube.c */
/** One request. @param ret  the object answered; may be NULL  @param err  of the Status */
must_check bool external_kube(struct external *external, const char *method, const char *path,
			      const char *type, const struct json *body, struct json **ret,
			      struct err *err);
/** Notes why a kind cannot be listed. */
void external_lack(struct external *external, const char *kind_word, const char *why);

/** @name mirror.c, lists.c, lists_balancing.c */
/** One kind's items on their way into the mirror. */
struct mirror {
	struct external *external;
	struct call *call;
};
/** An AWS kind's mirror of that name; see lists.c. */
const struct kind *mirror_kind(const char *word);
/** Adds or changes a document. @param tags  AWS's list of Key and Value; NULL: none */
void mirror_put(struct mirror *mirror, const struct kind *kind, const char *key,
		const struct json *body, const struct json *tags, struct strs *seen);
/** Removes the documents of the kind that were not seen. */
void mirror_sweep(struct mirror *mirror, const struct kind *kind, struct strs *seen);

/** Describes all AWS kinds: word → [ { "key", "body", "tags" } ]. @param err  ERR_UNAVAILABLE */
must_check bool lists_aws(struct external *external, struct json *found, struct err *err);
/** Whether there is a way to list a kind of AWS. */
bool lists_has(const char *word);
must_check bool lists_balancing(struct external *external, struct json *found, struct err *err);
/** Adds an item: key (copied), body and tags (copied, may be NULL). */
void found_add(struct json *found, const char *word, const char *key, const struct json *body,
	       const struct json *tags);
/** Calls an operation and all its pages; each item at the path ("Reservations[].Instances[]") to
 * fn. Notes what the target lacks. */
must_check bool lists_each(struct external *external, const char *word, const char *service,
			   const char *operation, const struct json *params, const char *path,
			   void (*fn)(const struct json *item, void *userdata), void *userdata,
			   struct err *err);
