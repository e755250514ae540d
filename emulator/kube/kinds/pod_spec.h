#pragma once
/*
 * PodSpec, as Pods and pod templates have it.
 *
 * Source: kubernetes pkg/apis/core/v1/{defaults.go,zz_generated.defaults.go,conversion.go},
 * pkg/apis/core/validation/validation.go.
 */
#include "emulator/kube/strategy.h"

/** Fills in what SetObjectDefaults does for a PodSpec (but for what only Pods get). */
void pod_spec_defaults(struct json *spec);
/** Fills in what SetDefaults_Pod adds: requests out of limits, enableServiceLinks, host ports. */
void pod_only_defaults(struct json *spec);
/** Checks a PodSpec at path ("spec", "spec.template.spec"). */
void pod_spec_validate(const struct json *spec, const char *path, struct field_errors *errors);
/**
 * Checks a PodTemplateSpec at path "spec.template": labels, annotations, spec, restartPolicy
 * Always.
 */
void pod_template_validate(const struct json *template, const char *path,
			   struct field_errors *errors);
/** "Guaranteed", "Burstable", "BestEffort" (pkg/apis/core/helper/qos ComputePodQOS). */
const char *pod_spec_qos(const struct json *spec);
