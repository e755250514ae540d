#pragma once
/*
 * What the rest of the program may know of classic load balancers: their kind with its indexes. All
 * else goes through the API (aws_invoke).
 */
#include "emulator/world/call.h"

/**
 * A classic load balancer; key "account/region/name" (vpc: VPCId; subnet; group: security group id;
 * instance: InstanceId of each that is registered; dns: DNSName). The body has the shape of
 * LoadBalancerDescription. extra: attributes (LoadBalancerAttributes), policies (list of
 * PolicyDescription), interfaces (object: subnet id to network interface id), instances (object:
 * InstanceId to "registering", "in-service" or "draining").
 */
extern const struct kind kind_classic_load_balancer;
