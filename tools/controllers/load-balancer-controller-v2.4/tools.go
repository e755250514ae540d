//go:build tools

// Package tools is never compiled: it names the program that go.mod is about, for go mod tidy.
package tools

import _ "sigs.k8s.io/aws-load-balancer-controller"
