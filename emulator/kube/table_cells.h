#pragma once
/*
 * How each cell of a Table is made: rows of (kind, column, function, path). Text columns are
 * written to cell->text; numbers and booleans are returned.
 *
 * Source: k8s.io/kubernetes pkg/printers/internalversion/printers.go, the function print<Kind> of
 * each kind; the server always prints wide (pkg/printers/storage/storage.go).
 */
#include "emulator/base/strbuf.h"

struct json;

struct cell {
	const struct json *object;
	const char *path;  /**< of the row: dotted; several with a space between them */
	const char *empty; /**< of the row: shown when there is nothing */
	int64_t now_ms;	   /**< real time, for ages */
	struct strbuf *text;
};

/** NULL: what was written to cell->text, or cell->empty when that is nothing. Else a new value. */
typedef struct json *cell_fn(const struct cell *cell);

struct cell_rule {
	const char *kind; /**< "" for a column that looks the same in every kind */
	const char *column;
	cell_fn *make;
	const char *path, *empty;
};

/** Sorted by kind and column. */
extern const struct cell_rule cell_rules[];
extern const size_t cell_rule_count;
/** The row of a kind's column, or that of every kind; NULL when there is none. */
const struct cell_rule *cell_rule_find(const char *kind, const char *column);

/** What a dotted path leads to, or NULL. */
const struct json *cell_at(const struct json *object, const char *path);
/** The text at a dotted path; "" when there is none. */
const char *cell_str(const struct json *object, const char *path);
/** The number at a dotted path; 0 when there is none. */
int64_t cell_number(const struct json *object, const char *path);
/** Adds a text, behind separator unless it is the first. */
void cell_add(const struct cell *cell, const char *separator, const char *text);
/** The condition of a type in status.conditions (or conditions), or NULL. */
const struct json *cell_condition(const struct json *object, const char *type);
/** Whether that condition's status is True. */
bool cell_is_true(const struct json *object, const char *type);
/** Adds "5m" for a time; "<unknown>" without one. */
void cell_add_since(const struct cell *cell, const char *timestamp);

/* table_cells.c: of any kind */
cell_fn cell_text;     /**< the text or number at the path */
cell_fn cell_integer;  /**< the number at the path */
cell_fn cell_boolean;  /**< the boolean at the path; else whether `empty` is "true" */
cell_fn cell_count;    /**< how many members there are at all the paths together */
cell_fn cell_since;    /**< the time since the one at the path; `empty` without one */
cell_fn cell_join;     /**< the texts at the path */
cell_fn cell_ratio;    /**< "1/2": the numbers at two paths */
cell_fn cell_names;    /**< names of the containers at the path */
cell_fn cell_images;   /**< their images */
cell_fn cell_labels;   /**< a map: "a=b,c=d" */
cell_fn cell_selector; /**< a LabelSelector: "a=b,c in (d,e)" */
cell_fn cell_default;  /**< the name, and whether the annotation at the path makes it the default */
cell_fn cell_pair;     /**< "Kind/name": the texts at two paths */

/* table_pods.c */
cell_fn cell_pod_ready, cell_pod_status, cell_pod_restarts, cell_pod_address, cell_pod_gates;

/* table_network.c: Services, Ingresses, endpoints, Nodes */
cell_fn cell_service_address, cell_service_external, cell_service_ports;
cell_fn cell_hosts, cell_balancers, cell_tls_ports, cell_class_parameters, cell_ip_parent;
cell_fn cell_endpoints, cell_slice_ports, cell_slice_endpoints;
cell_fn cell_node_status, cell_node_roles, cell_node_address, cell_node_kernel;

/* table_workloads.c: what runs, when and how often; autoscaling; quotas */
cell_fn cell_job_status, cell_job_completions, cell_job_duration, cell_cron_suspend;
cell_fn cell_owner, cell_metrics, cell_quota;
cell_fn cell_event_last, cell_event_first, cell_event_count, cell_event_object, cell_event_source;
cell_fn cell_event_message;

/* table_others.c: storage, access, policies, devices */
cell_fn cell_volume_phase, cell_volume_claim, cell_volume_class, cell_access_modes, cell_capacity;
cell_fn cell_audiences, cell_subjects, cell_request_condition, cell_request_duration;
cell_fn cell_pod_request_state, cell_param_kind, cell_param_ref, cell_component;
cell_fn cell_flow_dangling, cell_claim_state, cell_pool_sum, cell_pool_status, cell_pool_since;
cell_fn cell_group_policy, cell_group_status, cell_storage_versions, cell_migration;
cell_fn cell_service_reference, cell_available;
