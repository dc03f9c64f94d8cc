# A consumer made of Net::OAuth and LWP: JSON jobs in, JSON answers out, a line
# each.
use strict;
use warnings;

use Crypt::OpenSSL::RSA;
use Encode qw(encode_utf8);
use HTTP::Request;
use JSON::PP;
use LWP::UserAgent;
use Net::OAuth;
use URI;

$Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;

sub message {
    my ($job, $kind, $method, $url, %more) = @_;
    my %key;
    $key{signature_key} = Crypt::OpenSSL::RSA->new_private_key($job->{private_key}) if $job->{signature_method} =~ /^RSA/;
    my $m = Net::OAuth->request($kind)->new(
        consumer_key     => $job->{key},
        consumer_secret  => $job->{secret},
        request_url      => $url,
        request_method   => $method,
        signature_method => $job->{signature_method},
        timestamp        => time,
        nonce            => join('', map { sprintf '%08x', rand 2**32 } 1 .. 4),
        %key, %more,
    );
    $m->sign;
    return $m;
}

my %agents;    # by the file of authorities they trust

# transmit sends a signed message in one of the three ways that the library has.
sub transmit {
    my ($job, $m, $method, $url, $type, $body) = @_;
    my $r = HTTP::Request->new($method, $url);
    if ($job->{via} eq 'query') {
        $r->uri($m->to_url);
    } elsif ($job->{via} eq 'form') {
        ($type, $body) = ('application/x-www-form-urlencoded', $m->to_post_body);
    } else {
        $r->header(Authorization => $m->to_authorization_header);
    }
    $r->content_type($type) if $type;
    $r->content($body);
    $r->content_length(length $body) if $method ne 'GET';
    my $ua = $agents{ $job->{ca} } //= LWP::UserAgent->new(keep_alive => 1, ssl_opts => { SSL_ca_file => $job->{ca}, verify_hostname => 1 });
    my $answer = $ua->request($r);
    die $answer->message if ($answer->header('Client-Warning') // '') eq 'Internal response';
    return $answer;
}

sub ask {
    my ($job, $kind, $url, %more) = @_;
    my $answer = transmit($job, message($job, $kind, 'POST', $url, %more), 'POST', $url, '', '');
    die $answer->status_line, ' ', $answer->content unless $answer->is_success;
    return Net::OAuth->response($kind)->from_post_body($answer->content);
}

sub request_token {
    my ($job) = @_;
    my $t = ask($job, 'request token', $job->{request_token_url}, callback => $job->{callback});
    my $there = Net::OAuth->request('user auth')->new(token => $t->token)->to_url($job->{authorize_url});
    return { token => $t->token, secret => $t->token_secret, url => "$there" };
}

sub access_token {
    my ($job) = @_;
    my $verifier = $job->{verifier} // Net::OAuth->response('user auth')->from_url($job->{callback_url})->verifier;
    my $t = ask($job, 'access token', $job->{access_token_url},
        token => $job->{token}, token_secret => $job->{token_secret}, verifier => $verifier);
    return { token => $t->token, secret => $t->token_secret };
}

# pairs encodes parameters as URI does.
sub pairs {
    my $u = URI->new('', 'http');
    $u->query_form(map { encode_utf8($_) } map { @$_ } @_);
    return $u->query;
}

# call gives the library what it has no parser for, query and form parameters, as
# its extra_params.
sub call {
    my ($job) = @_;
    my %extra = map { @$_ } @{ $job->{query} // [] }, @{ $job->{form} // [] };
    my $m = message($job, 'protected resource', $job->{method}, $job->{url},
        token => $job->{token}, token_secret => $job->{token_secret}, extra_params => \%extra);
    my $url = $job->{url};
    $url .= '?' . pairs(@{ $job->{query} }) if $job->{query};
    my ($type, $body) = ($job->{content_type}, encode_utf8($job->{body} // ''));
    ($type, $body) = ('application/x-www-form-urlencoded', pairs(@{ $job->{form} })) if $job->{form};
    my $answer = transmit($job, $m, $job->{method}, $url, $type, $body);
    return { status => $answer->code, problem => $answer->header('X-OAuth1-Problem') // '' };
}

my %jobs = (request_token => \&request_token, access_token => \&access_token, call => \&call);
my $json = JSON::PP->new->utf8;
$| = 1;
while (my $line = <STDIN>) {
    my $job = $json->decode($line);
    my $answer = eval { $jobs{ $job->{do} }->($job) } // { error => "$@" };    # whatever the library does is the answer
    $answer->{status} += 0 if exists $answer->{status};
    print $json->encode($answer), "\n";
}
