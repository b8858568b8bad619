using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>What came of an object.</summary>
/// <param name="Records">Records answered.</param>
/// <param name="Rejected">Records refused.</param>
internal readonly record struct ObjectTally(long Records, long Rejected);

/// <summary>What the model answered to a group of records.</summary>
internal sealed record Answer(byte[] Body, string? ContentType, int Records)
{
    /// <summary>Lines for the file of errors.</summary>
    public byte[] Rejected { get; init; } = [];
    public int RejectedRecords { get; init; }
    public Error? FirstError { get; init; }

    public Answer Then(Answer next) => new([.. Body, .. next.Body], ContentType ?? next.ContentType, Records + next.Records)
    {
        Rejected = [.. Rejected, .. next.Rejected],
        RejectedRecords = RejectedRecords + next.RejectedRecords,
        FirstError = FirstError ?? next.FirstError,
    };
}

/// <summary>Puts answers together.</summary>
internal sealed class AnswerWriter(BatchSpec spec, Stream output, Stream rejected)
{
    private bool _endsLine = true;

    public ObjectTally Tally { get; private set; }

    public async Task WriteAsync(Answer answer, CancellationToken ct)
    {
        if (answer.RejectedRecords > 0) await rejected.WriteAsync(answer.Rejected, ct).ConfigureAwait(false);
        Tally = new ObjectTally(Tally.Records + answer.Records, Tally.Rejected + answer.RejectedRecords);
        if (answer.Records == 0) return;
        // How many requests an object makes is our affair: lines of one must not run into those of the next.
        if (!_endsLine && spec.Split == BatchSplit.Line) await output.WriteAsync("\n"u8.ToArray(), ct).ConfigureAwait(false);
        await output.WriteAsync(answer.Body, ct).ConfigureAwait(false);
        _endsLine = answer.Body.Length == 0 || answer.Body[^1] == (byte)'\n';
        if (!_endsLine && spec.Assemble == BatchAssembly.Line)
        {
            await output.WriteAsync("\n"u8.ToArray(), ct).ConfigureAwait(false);
            _endsLine = true;
        }
    }
}
