using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Protocols;

/// <summary>Sees that no field of a request is dropped in silence: one that is marked as refused, or that our definitions do not know, ends the call with its name. Field masks on what is read are applied here as well.</summary>
internal sealed class RequestFields : Interceptor
{
    private static readonly string[] Packages = ["google.cloud.aiplatform.", "google.cloud.automl."];
    private static readonly ConcurrentDictionary<MessageDescriptor, Shape> Shapes = new();

    // What there is to look at in a message, found out once.
    private sealed record Shape(FieldInfo? Unknown, IReadOnlyList<FieldDescriptor> Refused, IReadOnlyList<FieldDescriptor> Inner);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        var response = await continuation(request, context).ConfigureAwait(false);
        return request is IMessage asked && response is IMessage answer ? (TResponse)ReadMasks.Apply(asked, answer) : response;
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        return continuation(request, responseStream, context);
    }

    /// <summary>Refuses a request by the first of its fields that nothing here does.</summary>
    internal static void Check(object request)
    {
        if (request is IMessage message && Array.Exists(Packages, p => message.Descriptor.FullName.StartsWith(p, StringComparison.Ordinal))) Check(message, "");
    }

    private static void Check(IMessage message, string path)
    {
        var shape = Shapes.GetOrAdd(message.Descriptor, Look);
        if (shape.Unknown?.GetValue(message) is UnknownFieldSet unknown && UnknownValues.Numbers(unknown) is { Count: > 0 } numbers)
            throw Faults.Unimplemented($"{(path.Length == 0 ? message.Descriptor.Name : path)} sets the field{(numbers.Count > 1 ? "s" : "")} {string.Join(", ", numbers)} of {message.Descriptor.FullName}, which is not supported here.");
        foreach (var field in shape.Refused)
            if (IsSet(field.Accessor.GetValue(message))) throw Faults.Unimplemented($"{Join(path, field.Name)} is not supported here.");
        foreach (var field in shape.Inner)
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsMap)
            {
                foreach (DictionaryEntry entry in (IDictionary)value) if (entry.Value is IMessage inner) Check(inner, $"{Join(path, field.Name)}[{entry.Key}]");
            }
            else if (value is IList list)
            {
                for (var i = 0; i < list.Count; i++) Check((IMessage)list[i]!, $"{Join(path, field.Name)}[{i}]");
            }
            else if (value is IMessage inner) Check(inner, Join(path, field.Name));
        }
    }

    private static Shape Look(MessageDescriptor type)
    {
        var fields = type.Fields.InFieldNumberOrder();
        return new Shape(
            type.ClrType.GetField("_unknownFields", BindingFlags.Instance | BindingFlags.NonPublic),
            [.. fields.Where(f => f.GetOptions()?.GetExtension(RefusedExtensions.Refused) == true)],
            [.. fields.Where(f => f.FieldType == FieldType.Message && f.GetOptions()?.GetExtension(RefusedExtensions.Refused) != true && Holds(f))]);
    }

    // What Google's own well-known messages hold is the caller's.
    private static bool Holds(FieldDescriptor field) => field.IsMap
        ? field.MessageType.Fields.InFieldNumberOrder()[1] is { FieldType: FieldType.Message } value && !IsWellKnown(value.MessageType)
        : !IsWellKnown(field.MessageType);

    internal static bool IsWellKnown(MessageDescriptor type) => type.File.Package is "google.protobuf" or "google.rpc" or "google.api";

    private static bool IsSet(object? value) => value switch
    {
        null => false,
        string text => text.Length > 0,
        bool flag => flag,
        ICollection many => many.Count > 0,
        IMessage => true,
        Enum choice => Convert.ToInt32(choice, System.Globalization.CultureInfo.InvariantCulture) != 0,
        IConvertible number => number.ToDouble(System.Globalization.CultureInfo.InvariantCulture) != 0,
        _ => true,
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
