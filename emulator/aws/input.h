#pragma once
/*
 * What of a request nobody looked at. A handler reads its input member by member; what a caller
 * gave and the handler never asks for has no effect, and the caller must not believe otherwise.
 * input.tbl lists all such members. Where a row does not say why that is as it should be, the call
 * is logged once, counted, and noted in the journal, from where reports have it.
 */
#include "emulator/base/util.h"

struct aws;
struct job;
struct call;
struct json;
struct strbuf;
struct aws_service_model;
struct aws_shape;

/** Told each member that was not read: its path, "Placement.Tenancy", and the userdata. */
typedef void input_unread_fn(const char *path, void *userdata);

/**
 * Walks a watched input (json_watch) and tells what was given and not read. Of a structure that was
 * not read itself only the structure is told; keys of maps are data, and are not.
 *
 * @param shape  of the input; its structures' members are what can be told
 */
void input_unread(const struct aws_service_model *service, const struct aws_shape *shape,
		  const struct json *input, input_unread_fn *fn, void *userdata);

/** After a handler that went well: counts and notes what it did not look at. Whether there was
 * something. */
bool input_judge(struct job *job, struct call *call);
