using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>What is to be added to the model's answers.</summary>
/// <param name="Name">The extension's.</param>
/// <param name="Data">What it needs to know; its own.</param>
public sealed record BatchExtension(string Name, string Data);

/// <summary>Adds to what a model answered in a batch job, and may ask the model again for it: explanations, for example. Registered in the container; <see cref="BatchSpec.Extension"/> names it.</summary>
public interface IAnswerExtension
{
    /// <summary>Tells extensions apart; it is stored with jobs.</summary>
    string Name { get; }

    /// <summary>Gives the answer that is written instead.</summary>
    /// <param name="data">What the job said to it.</param>
    /// <param name="request">The body that the model was sent.</param>
    /// <param name="answer">What it answered.</param>
    /// <param name="ask">Sends the model another body.</param>
    /// <param name="ct">Ends it.</param>
    Task<Result<byte[]>> ExtendAsync(string data, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer, Func<ReadOnlyMemory<byte>, CancellationToken, Task<Result<byte[]>>> ask, CancellationToken ct);
}
