package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A daemon is a directory made by oauth1d init and the process that serves it.
type daemon struct {
	*process
	program string
	dir     string
	private string // host:port
	log     *os.File
}

// startDaemon makes a directory below dir, serves it, and returns when it is
// ready. A daemon is returned with an error, too, if there is a process to stop.
func startDaemon(ctx context.Context, o options, dir string) (*daemon, error) {
	d := &daemon{program: o.daemon, dir: filepath.Join(dir, "d")}
	if d.program == "" {
		d.program = filepath.Join(dir, "oauth1d")
		build := exec.CommandContext(ctx, "go", "build", "-o", d.program, "oauth1d/cmd/oauth1d")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building oauth1d (run this inside its source tree, or give -daemon): %w\n%s", err, out)
		}
	}
	if _, err := command(ctx, d.program, "init", "--dir", d.dir, "--public-url", "https://auth.example.test"); err != nil {
		return nil, err
	}
	public, err := freeAddr()
	if err != nil {
		return nil, err
	}
	if d.private, err = freeAddr(); err != nil {
		return nil, err
	}
	if d.log, err = os.Create(filepath.Join(dir, "daemon.log")); err != nil {
		return nil, fmt.Errorf("making the daemon's log: %w", err)
	}
	cmd := exec.Command(d.program, "serve", "-c", filepath.Join(d.dir, "oauth1d.yaml"))
	cmd.Env = environment("OAUTH1D_LISTEN_PUBLIC="+public, "OAUTH1D_LISTEN_PRIVATE="+d.private,
		"OAUTH1D_LOG_ACCESS="+strconv.FormatBool(o.accessLog))
	cmd.Stdout, cmd.Stderr = d.log, d.log
	if d.process, err = launch("daemon", cmd); err != nil {
		return nil, err
	}
	return d, d.ready(ctx)
}

// ready waits until the daemon says that it is.
func (d *daemon) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, "GET", "http://"+d.private+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("asking whether the daemon is ready: %w", err)
		}
		if resp, err := http.DefaultClient.Do(r); err == nil {
			_ = resp.Body.Close() // its status is all that counts
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the daemon is not ready: %w\n%s", ctx.Err(), d.words())
		case <-d.gone:
			return fmt.Errorf("%w\n%s", d.ended(), d.words())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// words are the last ones of the daemon's log.
func (d *daemon) words() string {
	const most = 2 << 10
	log, _ := os.ReadFile(d.log.Name()) // without it the error stands for itself
	return string(log[max(0, len(log)-most):])
}

// cli runs a command against the daemon.
func (d *daemon) cli(ctx context.Context, args ...string) ([]byte, error) {
	return command(ctx, d.program, append([]string{"--socket", filepath.Join(d.dir, "admin.sock")}, args...)...)
}

func command(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environment()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("oauth1d %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("oauth1d %s: %w", strings.Join(args, " "), err)
	}
	return out, nil
}

// user is who has given the consumers their tokens.
const user = "ada"

func (d *daemon) addUser(ctx context.Context) error {
	file := filepath.Join(d.dir, "password")
	if err := os.WriteFile(file, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing a password: %w", err)
	}
	_, err := d.cli(ctx, "user", "add", user, "--password-file", file)
	return err
}

// addHMAC adds n consumers with secrets, and a token for each.
func (d *daemon) addHMAC(ctx context.Context, n int) ([]credential, error) {
	return d.add(ctx, n, nil, "--method", "HMAC-SHA1", "--method", "HMAC-SHA256", "--method", "HMAC-SHA512")
}

// addRSA adds n consumers with public keys. The key is the same, which is
// nothing that a verifier could make use of.
func (d *daemon) addRSA(ctx context.Context, n int) ([]credential, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making an RSA key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encoding the RSA key: %w", err)
	}
	file := filepath.Join(d.dir, "public.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		return nil, fmt.Errorf("writing the public key: %w", err)
	}
	return d.add(ctx, n, key, "--public-key", file, "--method", "RSA-SHA1", "--method", "RSA-SHA256", "--method", "RSA-SHA512")
}

func (d *daemon) add(ctx context.Context, n int, private *rsa.PrivateKey, args ...string) (all []credential, err error) {
	for i := range n {
		add := []string{"consumer", "add", "--name", fmt.Sprintf("Photo Printer %d", i+1), "--callback", "https://printer.example.test/ready", "--format", "json"}
		var c, t struct{ Key, Token, Secret string }
		if err := d.json(ctx, &c, append(add, args...)...); err != nil {
			return nil, err
		}
		if err := d.json(ctx, &t, "token", "issue", "--consumer", c.Key, "--user", user, "--format", "json"); err != nil {
			return nil, err
		}
		all = append(all, credential{key: c.Key, secret: c.Secret, token: t.Token, tokenSecret: t.Secret, private: private})
	}
	return all, nil
}

func (d *daemon) json(ctx context.Context, into any, args ...string) error {
	out, err := d.cli(ctx, args...)
	if err != nil {
		return err
	}
	// The output holds secrets and stays out of the error.
	if err := json.Unmarshal(out, into); err != nil {
		return fmt.Errorf("reading what oauth1d %s prints: %w", strings.Join(args, " "), err)
	}
	return nil
}

// freeAddr returns a loopback address that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
