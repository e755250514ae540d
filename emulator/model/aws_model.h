#pragma once
/*
 * The AWS service models as tables: operations, shapes, members, constraints. The tables
 * (emulator/model/generated/) are written by tools/modelgen from botocore and never edited; this
 * header and aws_model.c are by hand.
 */
#include "emulator/base/util.h"

enum aws_protocol {
	PROTOCOL_EC2,
	PROTOCOL_QUERY,
	PROTOCOL_JSON,
	PROTOCOL_REST_JSON,
	PROTOCOL_REST_XML
};

enum shape_type {
	SHAPE_STRUCTURE,
	SHAPE_LIST,
	SHAPE_MAP,
	SHAPE_STRING,
	SHAPE_BOOLEAN,
	SHAPE_INTEGER,
	SHAPE_LONG,
	SHAPE_FLOAT,
	SHAPE_DOUBLE,
	SHAPE_TIMESTAMP,
	SHAPE_BLOB,
};

enum member_location {
	LOCATION_BODY,
	LOCATION_HEADER,
	LOCATION_HEADERS,
	LOCATION_URI,
	LOCATION_QUERY,
	LOCATION_STATUS
};

enum member_flags {
	MEMBER_REQUIRED = 1 << 0,
	MEMBER_XML_ATTRIBUTE = 1 << 1,
	MEMBER_IDEMPOTENCY_TOKEN = 1 << 2,
	MEMBER_FLATTENED = 1 << 3, /**< list or map without a wrapper, said at the member */
	MEMBER_STREAMING = 1 << 4,
	MEMBER_JSON_VALUE = 1 << 5,
	MEMBER_HOST_LABEL = 1 << 6,
};

enum shape_flags {
	SHAPE_FLATTENED = 1 << 0,
	SHAPE_WRAPPER = 1 << 1,
	SHAPE_EXCEPTION = 1 << 2,
	SHAPE_FAULT = 1 << 3, /**< exception that is the server's fault */
	SHAPE_DOCUMENT = 1 << 4,
	SHAPE_UNION = 1 << 5,
	SHAPE_HAS_MIN = 1 << 6, /**< min below holds */
	SHAPE_HAS_MAX = 1 << 7,
	SHAPE_SENSITIVE = 1 << 8,
	SHAPE_EVENT_STREAM = 1 << 9,
};

enum timestamp_format { TIMESTAMP_DEFAULT, TIMESTAMP_ISO8601, TIMESTAMP_RFC822, TIMESTAMP_UNIX };

struct aws_shape;
struct aws_service_model;

/** A structure's member, or a list's element (name "member"), or a map's key and value. */
struct aws_member {
	const char *name;	   /**< the model's member name: what documents use */
	const char *location_name; /**< locationName, or NULL */
	const char *query_name;	   /**< queryName (ec2), or NULL */
	const char *xml_namespace; /**< URI or NULL; xml_prefix likewise */
	const char *xml_prefix;
	uint16_t shape;	   /**< index into the service's shapes */
	uint8_t location;  /**< enum member_location */
	uint8_t timestamp; /**< enum timestamp_format, said at the member */
	uint16_t flags;	   /**< enum member_flags */
};

struct aws_shape {
	const char *name;
	uint8_t type;	       /**< enum shape_type */
	uint8_t timestamp;     /**< enum timestamp_format, said at the shape */
	uint16_t flags;	       /**< enum shape_flags */
	uint32_t first_member; /**< structure: index into members; list: its element; map: key, then
				  value */
	uint16_t member_count; /**< structure only */
	uint16_t enum_count;   /**< string: allowed values; 0: any */
	uint32_t first_enum;   /**< index into enums */
	const char *pattern;   /**< regular expression (PCRE2), or NULL */
	int64_t min, max;    /**< length of strings (characters), lists and blobs (bytes); value of
				  integers; value of float and double in thousandths; see flags */
	const char *payload; /**< structure: member that is the whole body, or NULL */
	const char *location_name; /**< structure: root element for rest-xml, or NULL */
	const char *xml_namespace; /**< URI or NULL; xml_prefix likewise */
	const char *xml_prefix;
	const char *error_code; /**< exception: code on the wire where it differs from the name, or
				   NULL */
	int16_t error_status;	/**< exception: HTTP status; 0 when not said */
};

enum operation_model_flags {
	OPERATION_UNSIGNED = 1 << 0, /**< sent without a signature (AssumeRoleWithWebIdentity) */
	OPERATION_DEPRECATED = 1 << 1,
	OPERATION_CHECKSUM = 1 << 2, /**< the request must carry a checksum of its body */
};

struct aws_operation {
	const char *name;
	const char *http_method, *http_uri; /**< "POST", "/" for query protocols */
	int32_t input, output;		    /**< shape indexes; -1: none */
	const char *result_wrapper;	    /**< query: element around the result, or NULL */
	const char *input_location_name,
		*input_xml_namespace; /**< rest-xml: root of the request body, or NULL */
	uint32_t first_error;	      /**< into error_shapes */
	uint16_t error_count;
	int16_t success_status; /**< 200 unless the model says another */
	/** @name Pagination, from paginators-1.json; NULL when the operation has none */
	/* several keys are comma-separated ("KeyMarker,UploadIdMarker"); a token may be an
	 * expression ("NextMarker || Contents[-1].Key") */
	const char *page_input_token, *page_output_token, *page_limit_key, *page_result_key,
		*page_more_results;
	uint8_t flags; /**< enum operation_model_flags */
};

struct aws_service_model {
	const char *name;	     /**< as we call it: "ec2", "elb", "elbv2" … */
	const char *service_id;	     /**< "Elastic Load Balancing v2" */
	const char *endpoint_prefix; /**< "elasticloadbalancing" */
	const char *signing_name;    /**< service in the SigV4 scope */
	const char *api_version;     /**< "2016-11-15" */
	const char *target_prefix;   /**< json: before the dot in X-Amz-Target, or NULL */
	const char *json_version;    /**< "1.0" or "1.1", or NULL */
	const char *xml_namespace;   /**< query and xml replies, or NULL */
	bool global; /**< one endpoint for all regions (IAM, Shield, Route 53 …) */
	enum aws_protocol protocol;
	const struct aws_operation *operations; /**< sorted by name */
	size_t operation_count;
	const struct aws_shape *shapes; /**< sorted by name */
	size_t shape_count;
	const struct aws_member *members;
	size_t member_count;
	const char *const *enums;
	size_t enum_value_count;
	const uint16_t *error_shapes;
	size_t error_shape_count;
};

/** All services, sorted by name. */
extern const struct aws_service_model *const aws_models[];
extern const size_t aws_model_count;
/** Version of botocore that the tables were made from, e.g. "1.44.5". */
extern const char *const aws_model_version;

/** The service of that name as we call it ("elbv2"), or NULL. */
const struct aws_service_model *aws_model_find(const char *name);
/** An operation by its API name, case matters; NULL when the service has none of that name. */
const struct aws_operation *aws_model_operation(const struct aws_service_model *service,
						const char *name);
/** A shape by its name in the model, or NULL. */
const struct aws_shape *aws_model_shape(const struct aws_service_model *service, const char *name);
/** A structure's member by name, or NULL. */
const struct aws_member *aws_shape_member(const struct aws_service_model *service,
					  const struct aws_shape *shape, const char *name);
/** The shape of a member. */
const struct aws_shape *aws_member_shape(const struct aws_service_model *service,
					 const struct aws_member *member);
/** A list's element (asserts a list); a map's key and value (assert a map). */
const struct aws_member *aws_list_element(const struct aws_service_model *service,
					  const struct aws_shape *list);
const struct aws_member *aws_map_key(const struct aws_service_model *service,
				     const struct aws_shape *map);
const struct aws_member *aws_map_value(const struct aws_service_model *service,
				       const struct aws_shape *map);
/** The index-th (from 0) error that an operation states, as a shape; NULL behind the last. */
const struct aws_shape *aws_operation_error(const struct aws_service_model *service,
					    const struct aws_operation *operation, size_t index);
/** Whether text is one of a string shape's enum values; true when it has none. */
bool aws_shape_allows(const struct aws_service_model *service, const struct aws_shape *shape,
		      const char *text);
