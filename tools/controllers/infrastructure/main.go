// Command infrastructure-controller runs Gardener's unmodified infrastructure controller for AWS on its own.
//
// The extension's own main cannot be built from published modules: its worker controller imports one that is not
// served. This main registers the same package, pkg/controller/infrastructure, with the same schemes, and nothing
// else. Everything that decides what happens in AWS is Gardener's code.
package main

import (
	"flag"
	"fmt"
	"os"

	extensionscontroller "github.com/gardener/gardener/extensions/pkg/controller"
	extensionsv1alpha1 "github.com/gardener/gardener/pkg/apis/extensions/v1alpha1"
	"github.com/gardener/gardener/pkg/logger"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	awsinstall "github.com/gardener/gardener-extension-provider-aws/pkg/apis/aws/install"
	"github.com/gardener/gardener-extension-provider-aws/pkg/controller/infrastructure"
)

// Concurrent reconciles: Gardener's chart gives 5; the package's own default of 1 would let one stuck
// Infrastructure block every other one.
const concurrentReconciles = 5

func main() {
	// A flag set of our own: linked packages add dozens of flags of theirs to the global one.
	flags := flag.NewFlagSet("infrastructure-controller", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of the seed (required)")
	healthAddress := flags.String("health-bind-address", "127.0.0.1:0", "where /healthz and /readyz answer")
	_ = flags.Parse(os.Args[1:]) // ExitOnError: does not return on failure

	if err := run(*kubeconfig, *healthAddress); err != nil {
		fmt.Fprintf(os.Stderr, "infrastructure-controller: %v\n", err)
		os.Exit(1)
	}
}

func run(kubeconfig, healthAddress string) error {
	if kubeconfig == "" {
		return fmt.Errorf("--kubeconfig is required")
	}
	log.SetLogger(logger.MustNewZapLogger(logger.InfoLevel, logger.FormatText))

	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("reading kubeconfig: %w", err)
	}
	// As the componentconfig of Gardener's chart says: JSON both ways.
	config.ContentType = runtime.ContentTypeJSON
	config.AcceptContentTypes = runtime.ContentTypeJSON

	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(extensionscontroller.AddToScheme(scheme))
	utilruntime.Must(extensionsv1alpha1.AddToScheme(scheme))
	utilruntime.Must(awsinstall.AddToScheme(scheme))

	mgr, err := manager.New(config, manager.Options{
		Scheme:                 scheme,
		LeaderElection:         false,
		HealthProbeBindAddress: healthAddress,
		Metrics:                metricsserver.Options{BindAddress: "0"},
	})
	if err != nil {
		return fmt.Errorf("making the manager: %w", err)
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	if err := mgr.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return err
	}

	ctx := signals.SetupSignalHandler()
	options := infrastructure.DefaultAddOptions
	options.Controller.MaxConcurrentReconciles = concurrentReconciles
	if err := infrastructure.AddToManagerWithOptions(ctx, mgr, options); err != nil {
		return fmt.Errorf("adding the infrastructure controller: %w", err)
	}
	return mgr.Start(ctx)
}
