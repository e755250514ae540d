/* skyrig explain aws: the table of operations, out of the models and the services' own tables. */
#include "runner/commands/explain_aws.h"

#include <stdio.h>

#include "emulator/aws/aws.h"
#include "runner/commands/command.h"
#include "runner/text.h"

#define PAGE_COLUMNS 100

static bool is_done(const struct aws_service_model *service, const struct aws_operation *operation)
{
	return aws_operation_is_built(service->name, operation->name);
}

const char *explain_aws_state(const struct aws_service_model *service,
			      const struct aws_operation *operation)
{
	return is_done(service, operation) ? "done" : "known";
}

static size_t count_done(const struct aws_service_model *service)
{
	size_t done = 0;

	for (size_t i = 0; i < service->operation_count; i++)
		done += is_done(service, &service->operations[i]);
	return done;
}

static void overview(void)
{
	printf("%-18s %6s %6s  %s\n", "service", "done", "of", "AWS's name");
	for (size_t i = 0; i < aws_model_count; i++)
		printf("%-18s %6zu %6zu  %s\n", aws_models[i]->name, count_done(aws_models[i]),
		       aws_models[i]->operation_count, aws_models[i]->service_id);
	printf("\nOf botocore %s. done: it works as AWS's does. known: it is answered "
	       "NotImplemented\n(501) and counted, and a scenario that met it ends as incomplete. "
	       "Others are unknown.\nOne service: skyrig explain aws ec2\n",
	       aws_model_version);
}

static void list(const struct aws_service_model *service)
{
	for (size_t i = 0; i < service->operation_count; i++)
		printf("%-6s %s:%s\n", explain_aws_state(service, &service->operations[i]),
		       service->name, service->operations[i].name);
}

static int unknown(const char *what, const char *topic, const char *const *names, size_t count)
{
	_cleanup_(freep) char *meant = text_did_you_mean(topic, (const char **)names, count);

	fprintf(stderr, "skyrig explain: unknown: AWS %s \"%s\" is in no model (botocore %s)%s%s\n",
		what, topic, aws_model_version, meant ? "; " : "", meant ? meant : "");
	return EXIT_USAGE;
}

static int unknown_service(const char *topic)
{
	_cleanup_(freep) const char **names = xcalloc(aws_model_count, sizeof(*names));

	for (size_t i = 0; i < aws_model_count; i++)
		names[i] = aws_models[i]->name;
	return unknown("service", topic, names, aws_model_count);
}

/* What the operation does not look at in its input. */
static void unread(const struct aws_service_model *service, const char *operation)
{
	const struct aws_unread *row;

	for (size_t i = 0; (row = aws_unread_at(service->name, operation, i)); i++)
		printf("%s: %s\n", row->member,
		       row->reason ? row->reason
				   : "not modelled; a call that gives it is told so in the log "
				     "and in reports");
}

static int one(const struct aws_service_model *service, const char *name)
{
	const struct aws_operation *operation = aws_model_operation(service, name);
	_cleanup_(freep) const char **names = NULL;

	if (operation) {
		printf("%s %s:%s\n", explain_aws_state(service, operation), service->name, name);
		unread(service, name);
		return EXIT_PASSED;
	}
	names = xcalloc(service->operation_count, sizeof(*names));
	for (size_t i = 0; i < service->operation_count; i++)
		names[i] = service->operations[i].name;
	return unknown("operation", name, names, service->operation_count);
}

/* @name The page */

static void page_names(const struct aws_service_model *service, bool done)
{
	size_t column = 0;

	for (size_t i = 0; i < service->operation_count; i++) {
		const struct aws_operation *operation = &service->operations[i];
		size_t length = strlen(operation->name) + 2;

		if (is_done(service, operation) != done)
			continue;
		if (column && column + length > PAGE_COLUMNS) {
			printf(",\n");
			column = 0;
		}
		printf("%s%s", column ? ", " : "", operation->name);
		column += length;
	}
	printf("\n");
}

static void page_service(const struct aws_service_model *service)
{
	size_t done = count_done(service);

	printf("\n## %s (%s)\n\n%zu of %zu operations are done.\n", service->name,
	       service->service_id, done, service->operation_count);
	if (done) {
		printf("\n**done:**\n");
		page_names(service, true);
	}
	if (done < service->operation_count) {
		printf("\n**known:**\n");
		page_names(service, false);
	}
}

static void page_unread(void)
{
	const struct aws_unread *row;

	printf("\n## Members of inputs that have no effect\n\n"
	       "What a caller gives and no handler looks at is counted, said once in the log, and "
	       "shown in reports;\nunder `--strict` it ends a scenario as incomplete. Not so where "
	       "it is right that it has no effect.\n\n| operation | member | why that is right "
	       "|\n|---|---|---|\n");
	for (size_t i = 0; i < aws_model_count; i++)
		for (size_t j = 0; j < aws_models[i]->operation_count; j++) {
			const char *name = aws_models[i]->operations[j].name;

			for (size_t k = 0; (row = aws_unread_at(aws_models[i]->name, name, k)); k++)
				printf("| %s:%s | %s | %s |\n", aws_models[i]->name, name,
				       row->member, row->reason ? row->reason : "**not modelled**");
		}
}

static void page(void)
{
	printf("# AWS operations\n\n"
	       "<!-- generated by `make docs` (skyrig explain aws --markdown); do not edit -->\n\n"
	       "Of the models of botocore %s. **done**: validated by the model both ways, with "
	       "AWS's semantics and\nerrors. **known**: AWS has it and Skyrig does not; a call is "
	       "answered `NotImplemented` (501) and\ncounted, and a scenario that met it ends as "
	       "incomplete, neither red nor green. A name that is not\nhere is unknown, and is "
	       "answered as AWS answers an operation that it does not have.\n\n"
	       "| service | done | of | AWS's name |\n|---|---|---|---|\n",
	       aws_model_version);
	for (size_t i = 0; i < aws_model_count; i++)
		printf("| %s | %zu | %zu | %s |\n", aws_models[i]->name, count_done(aws_models[i]),
		       aws_models[i]->operation_count, aws_models[i]->service_id);
	for (size_t i = 0; i < aws_model_count; i++)
		page_service(aws_models[i]);
	page_unread();
}

int explain_aws(const char *topic, bool markdown)
{
	_cleanup_(freep) char *name = NULL;
	const struct aws_service_model *service;
	size_t length;

	if (markdown) {
		page();
		return EXIT_PASSED;
	}
	if (!topic) {
		overview();
		return EXIT_PASSED;
	}
	length = strcspn(topic, ":");
	name = xstrndup(topic, length);
	service = aws_model_find(name);
	if (!service)
		return unknown_service(name);
	if (topic[length])
		return one(service, topic + length + 1);
	list(service);
	return EXIT_PASSED;
}
