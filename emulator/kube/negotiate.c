/* Content negotiation; see negotiate.h. */
#include "emulator/kube/negotiate.h"

#include <ctype.h>

#include "emulator/kube/status.h"

#define CLAUSES_MAX 32 /* of an Accept header; kubectl sends three, browsers about eight */

struct clause {
	const char *text;
	size_t length;
	double q;
};

static const char *skip_space(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* A parameter `;name=value` of a clause as new text, or NULL. */
static char *parameter(const struct clause *clause, const char *name)
{
	const char *p = clause->text, *end = clause->text + clause->length;
	size_t length = strlen(name);

	while (p < end && (p = memchr(p, ';', (size_t)(end - p)))) {
		const char *value, *stop;

		p = skip_space(p + 1);
		if ((size_t)(end - p) <= length || strncasecmp(p, name, length) || p[length] != '=')
			continue;
		value = p + length + 1;
		for (stop = value; stop < end && *stop != ';'; stop++)
			;
		while (stop > value && isspace((unsigned char)stop[-1]))
			stop--;
		if (stop - value >= 2 && *value == '"' && stop[-1] == '"')
			return xstrndup(value + 1, (size_t)(stop - value) - 2);
		return xstrndup(value, (size_t)(stop - value));
	}
	return NULL;
}

static bool names(const struct clause *clause, const char *type)
{
	size_t length = strcspn(clause->text, "; \t,");

	if (length > clause->length)
		length = clause->length;
	return strlen(type) == length && strncasecmp(clause->text, type, length) == 0;
}

static size_t split(const char *accept, struct clause *clauses)
{
	size_t count = 0;

	while (*accept && count < CLAUSES_MAX) {
		size_t length = strcspn(accept, ",");
		const char *start = skip_space(accept);
		struct clause clause = {start, (size_t)(accept + length - start), 1.0};
		_cleanup_(freep) char *q = NULL;
		size_t at = count;

		if (start < accept + length) {
			q = parameter(&clause, "q");
			clause.q = q ? strtod(q, NULL) : 1.0;
			/* stable: behind all with the same or a higher q */
			while (at && clauses[at - 1].q < clause.q) {
				clauses[at] = clauses[at - 1];
				at--;
			}
			clauses[at] = clause;
			count++;
		}
		accept += length + (accept[length] != '\0');
	}
	return count;
}

static bool take_form(const struct clause *clause, bool discovery, struct accepted *ret)
{
	static const struct {
		const char *as;
		enum answer_form form;
	} forms[] = {
		{"Table", ANSWER_TABLE},
		{"PartialObjectMetadata", ANSWER_PARTIAL},
		{"PartialObjectMetadataList", ANSWER_PARTIAL_LIST},
	};
	_cleanup_(freep) char *as = parameter(clause, "as"), *g = parameter(clause, "g");
	_cleanup_(freep) char *v = parameter(clause, "v");

	if (!as)
		return !g && !v;
	if (discovery) {
		ret->discovery = str_eq(as, "APIGroupDiscoveryList") &&
				 str_eq(g, "apidiscovery.k8s.io") && str_eq(v, "v2");
		return ret->discovery;
	}
	if (!str_eq(g, "meta.k8s.io") || (!str_eq(v, "v1") && !str_eq(v, "v1beta1")))
		return false;
	for (size_t i = 0; i < array_size(forms); i++)
		if (str_eq(as, forms[i].as)) {
			ret->form = forms[i].form;
			ret->v1beta1 = str_eq(v, "v1beta1");
			return true;
		}
	return false;
}

bool negotiate(const char *accept, bool discovery, struct accepted *ret, struct err *err)
{
	struct clause clauses[CLAUSES_MAX];
	size_t count;

	*ret = (struct accepted){};
	if (!accept || !*accept)
		return true;
	count = split(accept, clauses);
	for (size_t i = 0; i < count; i++) {
		bool yaml = names(&clauses[i], "application/yaml");

		if (!yaml && !names(&clauses[i], "application/json") &&
		    !names(&clauses[i], "application/*") && !names(&clauses[i], "*/*"))
			continue;
		*ret = (struct accepted){.yaml = yaml};
		if (take_form(&clauses[i], discovery, ret))
			return true;
	}
	return status_set(err, 406, "NotAcceptable",
			  "only the following media types are accepted: application/json, "
			  "application/yaml");
}

const char *media_type(struct arena *arena, const char *content_type)
{
	char *type = arena_strndup(arena, content_type, strcspn(content_type, ";"));
	size_t length = strlen(type);

	while (length && isspace((unsigned char)type[length - 1]))
		type[--length] = '\0';
	for (size_t i = 0; i < length; i++)
		type[i] = (char)tolower((unsigned char)type[i]);
	return type;
}
