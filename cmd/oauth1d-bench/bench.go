package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"oauth1d/provider/oauth1"
)

// bench runs everything that o asks for. What it starts has ended when it
// returns, however it does.
func bench(ctx context.Context, o options, say func(string, ...any)) (r *report, err error) {
	dir, err := os.MkdirTemp(o.dir, "oauth1d-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r = newReport(o)
	if r.Sync, err = syncTime(dir); err != nil {
		return nil, err
	}
	b := &setting{options: o, say: say}
	defer func() { err = errors.Join(err, b.stop()) }()
	if err := b.start(ctx, dir); err != nil {
		return nil, err
	}
	for _, method := range o.methods {
		for _, connections := range o.connections {
			say("%s over %d connections: %d pairs of %s", method, connections, o.rounds, o.duration)
			one, err := b.measure(ctx, method, connections)
			if err != nil {
				return nil, fmt.Errorf("%s over %d connections: %w", method, connections, err)
			}
			r.Results = append(r.Results, one)
		}
	}
	return r, nil
}

// A setting is the two processes and what requests are signed with.
type setting struct {
	options
	say       func(string, ...any)
	daemon    *daemon
	empty     *process
	emptyAddr string
	hmac, rsa []credential
}

func (b *setting) start(ctx context.Context, dir string) (err error) {
	if b.daemon, err = startDaemon(ctx, b.options, dir); err != nil {
		return err
	}
	b.say("the daemon is process %d on %s", b.daemon.pid(), b.daemon.private)
	if err := b.daemon.addUser(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(b.methods, oauth1.IsRSA) {
		if b.rsa, err = b.daemon.addRSA(ctx, b.consumers); err != nil {
			return err
		}
	}
	if b.hmac, err = b.daemon.addHMAC(ctx, b.consumers); err != nil {
		return err
	}
	headers, err := b.firstAdmission(ctx)
	if err != nil {
		return err
	}
	if b.empty, b.emptyAddr, err = startEmpty(headers); err != nil {
		return err
	}
	b.say("the empty handler is process %d on %s", b.empty.pid(), b.emptyAddr)
	return nil
}

func (b *setting) stop() error {
	var all error
	if b.empty != nil {
		all = b.empty.stop()
	}
	if b.daemon != nil && b.daemon.process != nil {
		all = errors.Join(all, b.daemon.stop(), b.daemon.log.Close())
	}
	return all
}

// firstAdmission returns the headers with which the daemon admits, for the empty
// handler to set the same.
func (b *setting) firstAdmission(ctx context.Context) ([]string, error) {
	pool, err := b.signer(oauth1.HMACSHA1).pool(ctx, 1)
	if err != nil {
		return nil, err
	}
	p, err := newProber(ctx, "daemon", b.daemon.private)
	if err != nil {
		return nil, err
	}
	defer p.close()
	return p.admission(pool[0])
}

func (b *setting) signer(method string) *signer {
	s := &signer{credentials: b.hmac, method: method, requestID: b.requestID}
	if oauth1.IsRSA(method) {
		s.credentials = b.rsa
	}
	return s
}

// measure runs the pairs of one method and number of connections, each with
// requests of its own, made right before.
func (b *setting) measure(ctx context.Context, method string, connections int) (result, error) {
	s := b.signer(method)
	n, err := b.warmUp(ctx, s, connections)
	if err != nil {
		return result{}, fmt.Errorf("warming up: %w", err)
	}
	r := result{Method: method, Connections: connections}
	var daemon, empty []round
	for i := range b.rounds {
		pool, err := s.pool(ctx, n)
		if err != nil {
			return r, err
		}
		a, refused, err := b.daemonRound(ctx, pool, connections, b.duration)
		if err != nil {
			return r, err
		}
		e, err := load(ctx, b.empty, b.emptyAddr, pool, connections, b.duration, true)
		if err != nil {
			return r, err
		}
		daemon, empty = append(daemon, a), append(empty, e)
		r.Refused += refused
		n = max(n, enough(a, b.duration))
		b.say("pair %d: %.0f/s and %.0f/s, ratio %.2f", i+1, a.rate(), e.rate(), a.rate()/e.rate())
	}
	r.Daemon, r.Empty, r.Ratio = sideOf(daemon), sideOf(empty), ratios(daemon, empty)
	return r, nil
}

// daemonRound loads the daemon and then lets it refuse what it had admitted.
func (b *setting) daemonRound(ctx context.Context, pool [][]byte, connections int, d time.Duration) (round, int, error) {
	r, err := load(ctx, b.daemon.process, b.daemon.private, pool, connections, d, false)
	if err != nil {
		return r, 0, err
	}
	p, err := newProber(ctx, "daemon", b.daemon.private)
	if err != nil {
		return r, 0, err
	}
	defer p.close()
	refused, err := p.refusals(pool[:r.Requests])
	return r, refused, err
}

// warmUp runs a short round of each that does not count, and says how many
// requests a whole one needs.
func (b *setting) warmUp(ctx context.Context, s *signer, connections int) (int, error) {
	d := min(b.duration, time.Second)
	pool, err := s.pool(ctx, 16*connections+int(2000*d.Seconds()))
	if err != nil {
		return 0, err
	}
	r, _, err := b.daemonRound(ctx, pool, connections, d)
	if err != nil {
		return 0, err
	}
	_, err = load(ctx, b.empty, b.emptyAddr, pool, connections, d, true)
	return enough(r, b.duration), err
}

// enough requests for a round that is somewhat faster than r. A round that uses
// them up is over earlier, and its rate as right.
func enough(r round, d time.Duration) int {
	const most = 600_000 // some 400 MB
	return min(most, int(1.3*r.rate()*d.Seconds())+1000)
}

// syncTime is what the disk below dir takes for one small record: the price that
// group commit divides among those who wait.
func syncTime(dir string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, fmt.Errorf("timing a sync: %w", err)
	}
	defer f.Close()
	var took []time.Duration
	for range 15 {
		if _, err := f.Write(make([]byte, 128)); err != nil {
			return 0, fmt.Errorf("timing a sync: %w", err)
		}
		began := time.Now()
		if err := f.Sync(); err != nil {
			return 0, fmt.Errorf("timing a sync: %w", err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
