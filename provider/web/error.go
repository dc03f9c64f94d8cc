package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"oauth1d/provider/oauth1"
)

// An Error is a refusal for people and for the callers of the admin API. All of
// it but Err is shown to them. Pages have words of their own for Code, in the
// browser's language; Title and Sentence are for programs, and for codes that
// the pages do not know.
type Error struct {
	Status   int    // of the answer; anything but 4xx and 5xx counts as 500
	Title    string // a heading; default: the name of the status
	Sentence string // what happened and what to do
	Code     string // short and stable, such as "not_found"

	// Args are for the placeholders of the words that a catalogue has for Code.
	Args map[string]string

	// Contact is who answers for the consumer that the refusal is about: a mail
	// address or an https URL.
	Contact string

	Err error // for our log only, may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code + ": " + e.Sentence
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A refusal is an error as an entrance looks at it.
type refusal struct {
	status   int
	code     string // for headers and the log; from our own texts
	title    string // for people
	sentence string // for people
	args     map[string]string
	contact  string
	problem  *oauth1.Problem // nil unless the consumer may be told one
	ours     bool            // our fault: logged as an error
	cause    error           // for the log, may be nil
}

// judge tells the three kinds of errors apart. What it does not know is our own
// fault, and nothing of it is shown.
func judge(err error) refusal {
	var (
		problem *oauth1.Problem
		shown   *Error
		tooBig  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &problem):
		return judgeProblem(problem)
	case errors.As(err, &shown):
		return judgeError(shown)
	case errors.As(err, &tooBig):
		return judgeProblem(&oauth1.Problem{
			Name:   oauth1.ProblemParameterRejected,
			Status: http.StatusRequestEntityTooLarge,
			Advice: fmt.Sprintf("the body is longer than the %d bytes that are read here", tooBig.Limit),
		})
	case errors.Is(err, context.Canceled):
		// The caller has gone. Nobody reads the answer and nobody is at fault.
		return refusal{status: http.StatusServiceUnavailable, code: "caller_gone", title: "Gone", sentence: "The request was given up."}
	}
	return refusal{
		status:   http.StatusInternalServerError,
		code:     oauth1.ProblemInternal,
		title:    "Something went wrong",
		sentence: "This is a fault of the service and not of yours. Please try again later.",
		ours:     true,
		cause:    err,
	}
}

func judgeProblem(p *oauth1.Problem) refusal {
	fault := p.Name == oauth1.ProblemStoreError || p.Name == oauth1.ProblemInternal
	return refusal{
		status:   refusalStatus(p.Status),
		code:     p.Name,
		title:    "The request was refused",
		sentence: p.Advice,
		problem:  p,
		ours:     fault && !errors.Is(p.Err, context.Canceled), // the store gave up because the caller had
		cause:    p.Err,
	}
}

func judgeError(e *Error) refusal {
	r := refusal{
		status:   refusalStatus(e.Status),
		code:     e.Code,
		title:    e.Title,
		sentence: e.Sentence,
		args:     e.Args,
		contact:  e.Contact,
		cause:    e.Err,
	}
	// A 503 without a cause says that there is too much to do, and means it.
	r.ours = r.status >= http.StatusInternalServerError && (r.status != http.StatusServiceUnavailable || e.Err != nil)
	if r.code == "" {
		r.code = "refused"
	}
	if r.title == "" {
		r.title = http.StatusText(r.status)
	}
	return r
}

// refusalStatus keeps an error from ever being answered with success.
func refusalStatus(status int) int {
	if status < 400 || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}
