using System.Diagnostics.CodeAnalysis;
using Isobar.Core.Results;

namespace Isobar.Aws.Protocols;

/// <summary>What an operation gives: its reply, an error that it names itself, or an engine failure that the service translates.</summary>
internal readonly struct AwsResult<T>
{
    private readonly T? _value;
    private readonly object? _error;

    private AwsResult(T? value, object? error) => (_value, _error) = (value, error);

    public static implicit operator AwsResult<T>(T value) => new(value, null);
    public static implicit operator AwsResult<T>(AwsError error) => new(default, error);
    public static implicit operator AwsResult<T>(Error error) => new(default, error);

    public bool TryGet(Func<Error, AwsError> translate, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out AwsError? error)
    {
        value = _value;
        error = _error switch { null => null, AwsError own => own, var other => translate((Error)other) };
        return error is null;
    }

    /// <summary>The reply; false with the error untranslated, to be returned as it is.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out AwsFailure failure)
    {
        (value, failure) = (_value, new AwsFailure(_error));
        return _error is null;
    }

    public static implicit operator AwsResult<T>(AwsFailure failure) => new(default, failure.Cause);
}

/// <summary>A failure on its way up through operations of several reply types.</summary>
internal readonly record struct AwsFailure(object? Cause);

/// <summary>The reply of operations that answer with an empty body.</summary>
internal sealed record NoReply
{
    public static NoReply Value { get; } = new();
}
