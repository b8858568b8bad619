using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>A reply that arrives in pieces.</summary>
public sealed class StreamingReply : IAsyncDisposable
{
    private readonly IAsyncDisposable? _source;
    private Action? _afterwards;

    internal StreamingReply(IAsyncDisposable? source = null) => _source = source;

    /// <summary>Why there is no answer; as in <see cref="InvocationReply.Error"/>.</summary>
    public Error? Error { get; internal init; }
    /// <summary>HTTP status of the model.</summary>
    public int Status { get; internal init; } = 200;
    /// <summary>MIME type of the body.</summary>
    public string? ContentType { get; internal init; }
    /// <summary>The variant that answers.</summary>
    public string? InvokedVariant { get; internal init; }
    /// <summary>Opaque text that the user's own server gave.</summary>
    public string? CustomAttributes { get; internal init; }
    /// <summary>The bytes as they come; each read gives what has arrived.</summary>
    public Stream Body { get; internal init; } = Stream.Null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync().ConfigureAwait(false);
        Interlocked.Exchange(ref _afterwards, null)?.Invoke();
    }

    /// <summary>Has something done once, at disposal.</summary>
    internal StreamingReply Then(Action afterwards)
    {
        _afterwards = afterwards;
        return this;
    }
}
