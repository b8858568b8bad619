using System.Globalization;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Gateway.Keys;

/// <summary>Whether a caller was let in.</summary>
internal readonly record struct Admission(Caller? Caller, Error? Refusal = null, TimeSpan? RetryAfter = null);

/// <summary>Lets in who bears a key or a token, within the key's limits. Keys come as each vendor's clients send theirs: Bearer, <c>x-api-key</c> or <c>api-key</c>.</summary>
internal sealed class AccessGate(ApiKeys keys, TokenValidation tokens)
{
    private const string Scheme = "Bearer ";

    public ValueTask<Admission> AdmitAsync(HttpContext http, string service)
    {
        var headers = http.Request.Headers;
        var text = headers["X-Api-Key"].ToString();
        if (text.Length == 0) text = headers["Api-Key"].ToString();
        if (text.Length == 0)
        {
            var authorization = headers.Authorization.ToString();
            if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) text = authorization[Scheme.Length..].Trim();
        }
        if (text.Length == 0) return new(new Admission(null, new Error(ErrorCode.Unauthenticated, "The service asks for a key or a token: Authorization: Bearer, x-api-key or api-key.")));
        if (!ApiKeys.IsKey(text)) return TokenAsync(text, http.RequestAborted);
        return new(keys.Find(text, service).TryGet(out var caller, out var refusal) ? WithinLimits(caller) : new Admission(null, refusal));
    }

    private async ValueTask<Admission> TokenAsync(string token, CancellationToken ct) =>
        (await tokens.ValidateAsync(token, ct).ConfigureAwait(false)).TryGet(out var subject, out var refusal) ? new Admission(keys.Subject(subject)) : new Admission(null, refusal);

    private static Admission WithinLimits(Caller caller)
    {
        if (caller.Rate?.TryTake() is { } pause) return new(null, new Error(ErrorCode.ResourceExhausted, "The key asks faster than it may."), pause);
        if (caller.Quota is { } quota && quota.TryTake() is { } untilTomorrow) return new(null, new Error(ErrorCode.ResourceExhausted, string.Create(CultureInfo.InvariantCulture, $"The key has used its {quota.Most} requests of today.")), untilTomorrow);
        return new(caller);
    }
}
