using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>What is done to records on their way to the model and to its answers on their way out.</summary>
internal interface IRecordShape
{
    /// <summary>What the model is to see.</summary>
    Result<byte[]> Before(RecordGroup group);
    /// <summary>What is written.</summary>
    Result<byte[]> After(RecordGroup group, ReadOnlyMemory<byte> answer);
}
