#pragma once
/*
 * AWS's wire protocols: a request into an input document by the operation's input shape, an output
 * document or an error into a reply. Documents use the model's member names; null members count as
 * missing. No protocol knows a resource.
 */
#include "emulator/aws/protocol/wire.h"
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

struct form_node;

/** What a request is, once the gateway has found out. */
struct exchange {
	const struct aws_service_model *service;
	const struct aws_operation *operation; /**< NULL: not found out (errors only) */
	const char *request_id;
	const struct form_node *form; /**< query protocols: all parameters, else NULL */
};

struct protocol {
	/**
	 * @param ret  new tree, set on success only
	 * @param err  with AWS's code and status 400
	 */
	bool (*decode)(const struct exchange *exchange, const struct wire_request *request,
		       struct json **ret, struct err *err);
	/** Writes status, headers and body. */
	void (*encode)(const struct exchange *exchange, const struct json *output,
		       struct wire_reply *reply);
	/**
	 * Writes an error: err->wire is the code, err->status the status; err->details may hold
	 * members of the error's shape.
	 */
	void (*encode_error)(const struct exchange *exchange, const struct err *err,
			     struct wire_reply *reply);
};

/** The protocol that a service speaks. */
const struct protocol *protocol_of(const struct aws_service_model *service);

/** The exception shape behind a wire code, or NULL: of the operation first, else of the service. */
const struct aws_shape *protocol_error_shape(const struct exchange *exchange, const char *code);

/** @name Shared by the protocols */
/** A list's or map's wrapper is left out, said at the member or at the shape. */
bool member_is_flattened(const struct aws_shape *shape, const struct aws_member *member);
/** Whether an output's member stands in the body; path and query exist in requests only. */
bool member_in_reply_body(const struct aws_member *member);
/** The XML element's (and query parameter's) name of a structure's member. */
const char *member_xml_name(const struct aws_member *member);
/** Appends the members of a structure as XML elements (attributes excepted). */
void xml_put_members(struct strbuf *sb, const struct aws_service_model *service,
		     const struct aws_shape *shape, const struct json *value);
/** Appends a structure's members that are attributes of its own start tag, which is still open
 * (rest-xml). */
void xml_put_attributes(struct strbuf *sb, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *value);
/** Appends a whole value as an element with that name. */
void xml_put(struct strbuf *sb, const struct aws_service_model *service,
	     const struct aws_member *member, const char *name, const struct json *value);
/**
 * A document out of JSON from the wire, by its shape. Null members are left out.
 *
 * @param member  the member that refers to the value, for its timestamp format; may be NULL
 * @param err     SerializationException
 */
must_check bool json_read(const struct aws_service_model *service, const struct aws_shape *shape,
			  const struct aws_member *member, const struct json *wire,
			  struct json **ret, struct err *err);
/** Appends a structure's body members as a JSON object. */
void json_put_structure(struct strbuf *sb, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *value);
/** Appends any value as JSON. */
void json_put(struct strbuf *sb, const struct aws_service_model *service,
	      const struct aws_shape *shape, const struct aws_member *member,
	      const struct json *value);
/** Appends an error as a JSON object: type (NULL: none), text, and the error's own members. */
void json_put_error(struct strbuf *sb, const struct exchange *exchange, const struct err *err,
		    const char *type);
/** A structure's body members out of an XML element. */
struct xml_node;
must_check bool xml_read_structure(const struct aws_service_model *service,
				   const struct aws_shape *shape, const struct xml_node *node,
				   struct json **ret, struct err *err);
/** A structure's member by its name in JSON, or NULL. */
const struct aws_member *member_by_json_name(const struct aws_service_model *service,
					     const struct aws_shape *shape, const char *name);
/**
 * Whether a path fits an operation's URI template (rest protocols).
 *
 * @param labels  set on success: object label → decoded text; NULL: not wanted
 * @return how many characters of the path the template says literally, to choose the closest; -1
 *         when it does not fit
 */
int rest_match(struct arena *arena, const struct aws_operation *operation, const char *path,
	       const char *query, struct json *labels);
/** Reads a request of either rest protocol; see struct protocol. */
must_check bool rest_decode(const struct exchange *exchange, const struct wire_request *request,
			    struct json **ret, struct err *err);
/** The root element of an operation's reply in S3, or NULL: as the model calls its shape. */
const char *s3_reply_root(const char *operation);
#define S3_NAMESPACE "http://s3.amazonaws.com/doc/2006-03-01/"
/** The namespace of a service's XML: some models say it at the bodies of requests only, and the
 * service uses it for replies too (Route 53). NULL: none. */
const char *rest_namespace(const struct aws_service_model *service);
/** The root element of a payload in XML: as its member says, as its shape says, else the shape's
 * name. */
const char *payload_root(const struct aws_member *member, const struct aws_shape *shape);
/** The class of an error's status: "Sender" or "Receiver". */
const char *protocol_fault_of(int status);

extern const struct protocol protocol_query, protocol_ec2, protocol_json, protocol_rest_json,
	protocol_rest_xml;
