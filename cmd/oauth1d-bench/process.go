package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// grace is what a process gets to end by itself.
const grace = 15 * time.Second

// A process is a child that serves. It is in a process group of its own, so that
// an interrupt from the terminal reaches us alone and we end it in order.
type process struct {
	name string
	cmd  *exec.Cmd
	gone chan struct{}
	err  error // how it ended, once gone is closed
}

// launch starts cmd. Whoever launches stops.
func launch(name string, cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, gone: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.gone)
	}()
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends the process and waits until it is gone. Killing it is a failure of
// the one and no concern of the next.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // or it has ended already
	select {
	case <-p.gone:
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.gone
		return fmt.Errorf("the %s (process %d) did not end within %s of SIGTERM and was killed", p.name, p.pid(), grace)
	}
	if p.err != nil {
		return fmt.Errorf("the %s: %w", p.name, p.err)
	}
	return nil
}

// ended says that the process is gone, with how.
func (p *process) ended() error {
	select {
	case <-p.gone:
		return fmt.Errorf("the %s has ended: %w", p.name, errors.Join(p.err, io.EOF))
	default:
		return nil
	}
}

// cpu is the processor time that the process has used, 0 where the system does
// not say.
func (p *process) cpu() time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid()) + "/stat")
	if err != nil {
		return 0
	}
	// The second field is the program's name in brackets, with any byte in it.
	_, rest, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')')+1:]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * (time.Second / 100) // USER_HZ is 100 on every Linux
}

// ownCPU is what this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// environment is ours without the variables that would configure a daemon.
func environment(more ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "OAUTH1D_") {
			env = append(env, e)
		}
	}
	return append(env, more...)
}
