using System.Diagnostics.CodeAnalysis;

namespace Isobar.Core.Results;

/// <summary>A value, or the expected failure that stood in its way. Exceptions are for bugs, cancellation and broken infrastructure.</summary>
/// <typeparam name="T">What success gives.</typeparam>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error) => (_value, Error) = (value, error);

    /// <summary>The failure, or null on success.</summary>
    public Error? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">This is a failure: asking is a bug.</exception>
    public T Value => IsOk ? _value! : throw new InvalidOperationException($"No value: {Error}");

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Result<T>(Error error) => new(default, error);

    /// <summary>A success, for types that no conversion may name (interfaces).</summary>
    public static Result<T> Ok(T value) => new(value, null);

    /// <summary>Splits into the value or the failure; true on success.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        (value, error) = (_value, Error);
        return IsOk;
    }

    /// <summary>Carries the value on, or the failure unchanged.</summary>
    public Result<TOut> Map<TOut>(Func<T, TOut> map) => IsOk ? map(_value!) : Error!;
}

/// <summary>The value of operations that only succeed or fail.</summary>
public readonly record struct Done
{
    /// <summary>The one value.</summary>
    public static Done Value => default;
}
