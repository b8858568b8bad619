using System.Buffers;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>A request to a model. The body must stay as it is until the reply is there.</summary>
public sealed class Invocation
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
    /// <summary>MIME type of the body.</summary>
    public string? ContentType { get; init; }
    /// <summary>MIME types wanted back.</summary>
    public string? Accept { get; init; }
    /// <summary>The variant to ask; null: by weight.</summary>
    public string? TargetVariant { get; init; }
    /// <summary>The caller's name for this inference.</summary>
    public string? InferenceId { get; init; }
    /// <summary>Opaque text passed to and from the user's own server.</summary>
    public string? CustomAttributes { get; init; }
    /// <summary>The session the request belongs to.</summary>
    public string? SessionId { get; init; }
    /// <summary>Whether the engine asks for its own ends, such as an explanation: it is neither counted, nor captured, nor copied to shadows.</summary>
    public bool IsProbe { get; init; }
    /// <summary>The longest it may take; default 60 s, as SageMaker allows a model.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a model answered. Dispose it once the body is written: the buffer is pooled.</summary>
public sealed class InvocationReply : IDisposable
{
    private ArrayBufferWriter<byte>? _buffer;
    private Action<ArrayBufferWriter<byte>>? _giveBack;

    internal InvocationReply(ArrayBufferWriter<byte>? buffer = null, Action<ArrayBufferWriter<byte>>? giveBack = null) => (_buffer, _giveBack) = (buffer, giveBack);

    /// <summary>
    /// Why there is no answer. <see cref="ErrorCode.NotFound"/>: no such endpoint or variant; <see cref="ErrorCode.FailedPrecondition"/>: not in service;
    /// <see cref="ErrorCode.InvalidArgument"/> and <see cref="ErrorCode.Unimplemented"/>: the model refuses the body or the type;
    /// <see cref="ErrorCode.ResourceExhausted"/>: the queue is full; <see cref="ErrorCode.DeadlineExceeded"/>; <see cref="ErrorCode.Unavailable"/>: the model is down.
    /// </summary>
    public Error? Error { get; internal init; }
    /// <summary>HTTP status of the model: 200, or what the user's own server said.</summary>
    public int Status { get; internal init; } = 200;
    /// <summary>MIME type of the body.</summary>
    public string? ContentType { get; internal init; }
    /// <summary>The bytes; valid until disposal.</summary>
    public ReadOnlyMemory<byte> Body => _buffer?.WrittenMemory ?? default;
    /// <summary>The variant that answered.</summary>
    public string? InvokedVariant { get; internal init; }
    /// <summary>Opaque text that the user's own server gave.</summary>
    public string? CustomAttributes { get; internal init; }

    /// <summary>Time in the model, in ticks of the stopwatch.</summary>
    internal long ModelTicks { get; set; }

    /// <summary>Time to load the model first, in ticks of the stopwatch; 0 when it was loaded.</summary>
    internal long ColdTicks { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer) _giveBack?.Invoke(buffer);
        (_buffer, _giveBack) = (null, null);
    }
}
