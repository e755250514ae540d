#pragma once
/*
 * Which form an answer takes. JSON is what we speak; YAML is answered as JSON text (which is YAML);
 * protobuf answers are not offered, and every client seen takes JSON beside them.
 */
#include "emulator/kube/operation.h"

/** What the Accept header of a request settles on. */
struct accepted {
	enum answer_form form;
	bool yaml;	/**< application/yaml was preferred */
	bool v1beta1;	/**< Table/Partial of meta.k8s.io/v1beta1 */
	bool discovery; /**< as=APIGroupDiscoveryList */
};

/**
 * Goes through the clauses of an Accept header by q, then in order, and takes the first that we can
 * serve (apiserver pkg/endpoints/handlers/negotiation/negotiate.go).
 *
 * @param accept     the header; NULL or "" accepts anything
 * @param discovery  whether as=APIGroupDiscoveryList is served here, and the forms of objects not
 * @param err        406 `only the following media types are accepted: …`
 */
must_check bool negotiate(const char *accept, bool discovery, struct accepted *ret,
			  struct err *err);
/** The media type without its parameters, lower case, in the arena. */
const char *media_type(struct arena *arena, const char *content_type);
