#pragma once
/*
 * How a controller is started, read from fixtures/controllers/NAME.yaml: data, so that users add
 * controllers of their own. `${…}` in texts is filled in by controller_definition_expand.
 */
#include "emulator/base/container.h"
#include "emulator/base/err.h"

struct json;

/** When gardenlet's part starts it. */
enum controller_trigger {
	START_ALWAYS,			/**< with the scenario: "always" */
	START_INFRASTRUCTURE,		/**< once the Shoot has its VPC: "infrastructure-has-vpc" */
	START_LOAD_BALANCER_CONTROLLER, /**< and loadBalancerController.enabled:
					   "load-balancer-controller-enabled" */
};

struct controller_pair {
	char *name, *text;
};

struct controller_definition {
	char *path;	    /**< of the file, for messages */
	char *name;	    /**< "load-balancer-controller" */
	char *short_name;   /**< "LBC", for reports */
	char *version;	    /**< the one that tools/controllers/install builds */
	bool other_version; /**< another one was asked for: NAME@VERSION builds it */
	bool seed;  /**< talks to the seed's API server; false: to the Shoot's, or without one
			 to that of the cluster that manifests go to */
	char *user; /**< its Kubernetes user */
	enum controller_trigger trigger;
	char *program;	   /**< path of the executable, absolute or from the folder of the file on;
				${version} is filled in; NULL: one that was installed */
	char *build;	   /**< how tools/controllers/install builds it: "recipe" (it has one of its
				own), "go PACKAGE@VERSION" or "script PATH"; NULL: it cannot */
	char *ready;	   /**< URL that answers 200 when it is ready */
	struct strs ports; /**< names; each gets a free port, `${port.NAME}` */
	struct strs arguments;
	struct strs certificates; /**< folders under ${dir} that get tls.crt and tls.key for
				     localhost; `${ca.NAME}` is their CA in base64 */
	struct strs crds;	  /**< folders of further CRDs below "crds", e.g. "gateway" */
	char *manifests; /**< YAML documents for its cluster once it is ready; NULL: none */
	struct controller_pair *environment, *files; /**< end with a NULL name */
};

/** The folder of definitions: fixtures/controllers here, else beside the program. New text. */
char *controller_definitions_folder(void);
/** Names of all definitions there, sorted. ERR_NOT_FOUND when the folder is missing. */
must_check bool controller_definition_names(struct strs *ret, struct err *err);
/** Reads one by name. Mistakes are named with file:line:column. */
must_check bool controller_definition_load(const char *name, struct controller_definition **ret,
					   struct err *err);
void controller_definition_free(struct controller_definition *definition);
DEFINE_FREEP(controller_definition, struct controller_definition)

/**
 * A text with each `${name}` replaced by its value.
 *
 * @param variables  object of strings
 * @param err        ERR_INVALID naming the file and the unknown variable
 */
must_check bool controller_definition_expand(const struct controller_definition *definition,
					     const char *text, const struct json *variables,
					     char **ret, struct err *err);
