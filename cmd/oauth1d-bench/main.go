package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"oauth1d/provider/oauth1"
)

// Exit codes, those of oauth1d.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == emptyCommand {
		return serveEmpty(ctx, args[1:], os.Stdin, stdout, stderr)
	}
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		fmt.Fprintf(stderr, "oauth1d-bench: %v\n", err)
		return exitUsage
	}
	r, err := bench(ctx, o, func(format string, a ...any) { fmt.Fprintf(stderr, "oauth1d-bench: "+format+"\n", a...) })
	if err == nil {
		err = r.write(stdout, o.format)
	}
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "oauth1d-bench: interrupted; what was started has ended")
		return exitFailed
	}
	if err != nil {
		fmt.Fprintf(stderr, "oauth1d-bench: %v\n", err)
		return exitFailed
	}
	return exitDone
}

// options is what the flags say.
type options struct {
	connections []int
	methods     []string
	rounds      int
	duration    time.Duration
	format      string

	consumers int    // each with one token
	daemon    string // a built oauth1d, or "" to build one
	dir       string // where its directory is made, "" for the system's
	accessLog bool
	requestID bool
	short     bool
}

// parse reads the flags. -short changes the defaults of the others only.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var connections, methods string
	f := flag.NewFlagSet("oauth1d-bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&connections, "connections", "64,512", "keep-alive `counts`, one after the other")
	f.StringVar(&methods, "methods", "HMAC-SHA1,HMAC-SHA256", "signature `methods`, one after the other; RSA takes long to sign")
	f.IntVar(&o.rounds, "rounds", 5, "`pairs` of one round each of daemon and empty handler")
	f.DurationVar(&o.duration, "duration", 3*time.Second, "`length` of a round")
	f.StringVar(&o.format, "format", "table", "table or json")
	f.IntVar(&o.consumers, "consumers", 16, "`number` of consumers of each kind, with one access token each")
	f.StringVar(&o.daemon, "daemon", "", "built oauth1d to measure instead of the one in this tree; `file`")
	f.StringVar(&o.dir, "dir", "", "where the daemon's `directory` is made; the disk below it does the syncs (default: the system's temporary one)")
	f.BoolVar(&o.accessLog, "access-log", true, "the daemon writes its line for each request, as it does unless told otherwise")
	f.BoolVar(&o.requestID, "request-id", false, "requests carry nginx's X-Request-ID as well")
	f.BoolVar(&o.short, "short", false, "a few seconds in all: shows that everything works, measures nothing")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is one argument too many", f.Arg(0))
	}
	if o.short {
		given := map[string]bool{}
		f.Visit(func(f *flag.Flag) { given[f.Name] = true })
		shorten(&o, &connections, &methods, given)
	}
	var err error
	o.methods = strings.Split(methods, ",")
	o.connections, err = counts(connections)
	return o, errors.Join(err, o.check())
}

func shorten(o *options, connections, methods *string, given map[string]bool) {
	if !given["connections"] {
		*connections = "4,32"
	}
	if !given["methods"] {
		*methods = "HMAC-SHA1,HMAC-SHA256,RSA-SHA256"
	}
	if !given["rounds"] {
		o.rounds = 2
	}
	if !given["duration"] {
		o.duration = 100 * time.Millisecond
	}
	if !given["consumers"] {
		o.consumers = 2
	}
}

func counts(list string) (all []int, err error) {
	for one := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-connections: %q is not a count; write 64,512", one)
		}
		all = append(all, n)
	}
	return all, nil
}

func (o options) check() error {
	var all []error
	for _, m := range o.methods {
		if !slices.Contains(oauth1.Methods(), m) || m == oauth1.Plaintext {
			all = append(all, fmt.Errorf("-methods: %q is not one of the HMAC and RSA methods", m))
		}
	}
	if o.rounds < 1 || o.duration <= 0 || o.consumers < 1 {
		all = append(all, errors.New("-rounds, -duration and -consumers must be above 0"))
	}
	if o.format != "table" && o.format != "json" {
		all = append(all, fmt.Errorf("-format: %q is not table or json", o.format))
	}
	return errors.Join(all...)
}
