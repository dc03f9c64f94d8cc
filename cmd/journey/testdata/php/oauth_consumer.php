<?php
// A consumer made of PHP's OAuth extension: JSON jobs in, JSON answers out, a
// line each.

ini_set('display_errors', 'stderr');

const TYPES = ['header' => OAUTH_AUTH_TYPE_AUTHORIZATION, 'query' => OAUTH_AUTH_TYPE_URI, 'form' => OAUTH_AUTH_TYPE_FORM];

function consumer(array $job): OAuth
{
    $o = new OAuth($job['key'], $job['secret'], $job['signature_method'], TYPES[$job['via']]);
    if (str_starts_with($job['signature_method'], 'RSA')) {
        $o->setRSACertificate($job['private_key']);
    }
    if (isset($job['token'])) {
        $o->setToken($job['token'], $job['token_secret']);
    }
    return $o;
}

function request_token(array $job): array
{
    $t = consumer($job)->getRequestToken($job['request_token_url'], $job['callback'], 'POST');
    return ['token' => $t['oauth_token'], 'secret' => $t['oauth_token_secret'],
        'url' => $job['authorize_url'] . '?oauth_token=' . urlencode($t['oauth_token'])];
}

function access_token(array $job): array
{
    parse_str(parse_url($job['callback_url'] ?? '', PHP_URL_QUERY) ?? '', $back);
    $verifier = $job['verifier'] ?? $back['oauth_verifier'] ?? throw new Exception('no verifier');
    $t = consumer($job)->getAccessToken($job['access_token_url'], null, $verifier, 'POST');
    return ['token' => $t['oauth_token'], 'secret' => $t['oauth_token_secret']];
}

// The library takes parameters as an array, in which a name has one or more
// values.
function parameters(array $pairs): array
{
    $by = [];
    foreach ($pairs as [$name, $value]) {
        $by[$name][] = $value;
    }
    return array_map(fn ($values) => count($values) == 1 ? $values[0] : $values, $by);
}

function call(array $job): array
{
    $o = consumer($job);
    $headers = isset($job['content_type']) ? ['Content-Type' => $job['content_type']] : [];
    $with = $job['body'] ?? parameters($job['form'] ?? $job['query'] ?? []);
    try {
        $o->fetch($job['url'], $with ?: null, $job['method'], $headers);
    } catch (OAuthException $e) { // a refusal, too
        if (!$o->getLastResponseInfo()) {
            throw $e;
        }
    }
    preg_match('/^X-OAuth1-Problem: *(\S+)/mi', (string) $o->getLastResponseHeaders(), $problem);
    return ['status' => (int) $o->getLastResponseInfo()['http_code'], 'problem' => $problem[1] ?? ''];
}

while (($line = fgets(STDIN)) !== false) {
    $job = json_decode($line, true);
    try {
        $answer = $job['do']($job);
    } catch (Throwable $e) { // whatever the library does is the answer
        $answer = ['error' => get_class($e) . ': ' . $e->getMessage()];
    }
    echo json_encode($answer), "\n";
}
