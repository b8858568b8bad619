using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>What is done to records on their way to the model and to its answers on their way out.</summary>
internal interface IRecordShape
{
    /// <summary>What the model is to see; null where the group holds nothing for it.</summary>
    Result<byte[]?> Before(RecordGroup group);
    /// <summary>What is written.</summary>
    Result<byte[]> After(RecordGroup group, ReadOnlyMemory<byte> answer);
    /// <summary>How many of a group's records are the model's.</summary>
    int Count(RecordGroup group);
}
