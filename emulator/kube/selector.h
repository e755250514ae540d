#pragma once
/*
 * Label and field selectors, parsed once, matched against trees.
 *
 * Source: k8s.io/apimachinery pkg/labels/selector.go, pkg/fields/selector.go.
 */
#include "emulator/kube/strategy.h"

enum selector_operator {
	SELECT_IN,     /**< in, =, == */
	SELECT_NOT_IN, /**< notin, != */
	SELECT_EXISTS,
	SELECT_NOT_EXISTS,
	SELECT_GREATER,
	SELECT_LESS,
};

struct requirement {
	const char *key;
	enum selector_operator op;
	const char *const *values; /**< NULL-terminated */
	const struct requirement *next;
};

/** All requirements must hold; none: everything matches. Lives in an arena. */
struct selectors {
	const struct requirement *labels;
	const struct field_requirement {
		const char *path, *fallback, *value;
		bool equal;
		const struct field_requirement *next;
	} * fields;
};

/** Parses a label selector; err: 400 with the parser's message. */
must_check bool selector_parse_labels(struct arena *arena, const char *text,
				      const struct requirement **ret, struct err *err);
/** Parses op->options.label_selector and field_selector for a type; 400. */
must_check bool selector_parse(struct arena *arena, const struct api_type *type, const char *labels,
			       const char *fields, struct selectors *ret, struct err *err);
/** Whether labels (an object of texts, or NULL) fit. */
bool selector_match_labels(const struct requirement *requirements, const struct json *labels);
/** Whether an object fits. */
bool selector_match(const struct selectors *selectors, const struct json *object);
/** A metav1.LabelSelector {matchLabels, matchExpressions} against labels; NULL selects nothing. */
bool selector_match_object(const struct json *selector, const struct json *labels);
