package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"oauth1d/store"
)

// maxSecret is more than any password or secret is long.
const maxSecret = 64 << 10

// readSecret reads a secret from a file, from stdin when the file is "-", or by
// asking on a terminal, twice when it is a new one. Never from an argument: the
// process list shows those to everyone.
func readSecret(file, prompt string, twice bool) (store.Secret, error) {
	switch file {
	case "":
		return askSecret(prompt, twice)
	case "-":
		return cutSecret(os.Stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return cutSecret(f, file)
}

// cutSecret reads all of r and cuts one line end off.
func cutSecret(r io.Reader, name string) (store.Secret, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSecret+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(text) > maxSecret {
		return nil, fmt.Errorf("%s is too long for a secret", name)
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(text) == 0 {
		return nil, fmt.Errorf("%s holds no secret", name)
	}
	return text, nil
}

func askSecret(prompt string, twice bool) (store.Secret, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return nil, fail(exitUsage, errors.New(prompt+" is needed and there is no terminal to ask on; give a file, or - for standard input"))
	}
	defer restoreEcho(in)()
	ask := func(what string) (store.Secret, error) {
		fmt.Fprint(os.Stderr, what+": ")
		text, err := term.ReadPassword(in)
		fmt.Fprintln(os.Stderr)
		return text, err
	}
	first, err := ask(prompt)
	if err != nil || !twice {
		return first, err
	}
	second, err := ask("Again")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) { // both typed by one person here and now
		return nil, errors.New("the two are not the same; nothing was done")
	}
	return first, nil
}

// restoreEcho gives a terminal its echo back when Ctrl-C ends the asking. The
// function that it returns ends that.
func restoreEcho(terminal int) func() {
	state, err := term.GetState(terminal)
	if err != nil {
		return func() {}
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		if _, ok := <-interrupted; ok {
			_ = term.Restore(terminal, state)
			fmt.Fprintln(os.Stderr)
			os.Exit(exitFailed)
		}
	}()
	return func() {
		signal.Stop(interrupted)
		close(interrupted)
	}
}

// confirm asks for a word before something that cannot be undone.
func confirm(yes bool, question, word string) error {
	if yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return fail(exitUsage, errors.New("this cannot be undone and there is no terminal to ask on; say --yes"))
	}
	fmt.Fprint(os.Stderr, question)
	typed, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || strings.TrimRight(typed, "\r\n") != word {
		return errors.New("not confirmed; nothing was done")
	}
	return nil
}
