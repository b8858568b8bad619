using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.Protocols;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.Tests.Protocols;

public sealed class RequestFieldsTests
{
    [Fact]
    public void Check_WhatIsDone_Passes() => RequestFields.Check(new CreateCustomJobRequest
    {
        Parent = "p",
        CustomJob = new CustomJob { DisplayName = "x", EncryptionSpec = new EncryptionSpec(), JobSpec = new CustomJobSpec { WorkerPoolSpecs = { new WorkerPoolSpec { ReplicaCount = 1 } } } },
    });

    [Fact]
    public void Check_RefusedFieldDeepDown_IsNamed()
    {
        var request = new CreateCustomJobRequest { CustomJob = new CustomJob { JobSpec = new CustomJobSpec { WorkerPoolSpecs = { new WorkerPoolSpec(), new WorkerPoolSpec { NfsMounts = { new Refused() } } } } } };
        var refused = Assert.Throws<RpcException>(() => RequestFields.Check(request));
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        Assert.Contains("custom_job.job_spec.worker_pool_specs[1].nfs_mounts", refused.Status.Detail);
    }

    [Fact]
    public void Check_FieldThatNoDefinitionKnows_IsNamedByItsNumber()
    {
        // Field 700 of a custom job, a number.
        var job = new CustomJob { DisplayName = "x" }.ToByteArray().Concat(new byte[] { 0xE0, 0x2B, 1 }).ToArray();
        var request = new CreateCustomJobRequest { CustomJob = CustomJob.Parser.ParseFrom(job) };
        var refused = Assert.Throws<RpcException>(() => RequestFields.Check(request));
        Assert.Contains("custom_job sets the field 700", refused.Status.Detail);
    }

    [Fact]
    public void Check_UnknownFieldsThatHoldNothing_Pass()
    {
        // Field 700, a zero; 701, an empty text; and once more with one that is not empty.
        byte[] empty = [0xE0, 0x2B, 0, 0xEA, 0x2B, 0], set = [.. empty, 0xF2, 0x2B, 1, (byte)'x'];
        RequestFields.Check(new CreateCustomJobRequest { CustomJob = CustomJob.Parser.ParseFrom(empty) });
        var refused = Assert.Throws<RpcException>(() => RequestFields.Check(new CreateCustomJobRequest { CustomJob = CustomJob.Parser.ParseFrom(set) }));
        Assert.Contains("custom_job sets the field 702", refused.Status.Detail);
    }

    [Fact]
    public void Check_ValuesOfTheCaller_AreTheCallers() => RequestFields.Check(new PredictRequest { Endpoint = "e", Instances = { Value.ForStruct(new Struct { Fields = { ["nfs_mounts"] = Value.ForNumber(1) } }) } });

    [Theory]
    [InlineData("""{"customJob": {"displayName": "x", "jobSpec": {"workerPoolSpecs": [{"replicaCount": "1"}]}, "labels": {"any": "thing"}}}""", null)]
    [InlineData("""{"custom_job": {"display_name": "x"}}""", null)]
    [InlineData("""{"customJob": {"webAccessUris": {}}}""", null)]
    [InlineData("""{"customJob": {"jobSpec": {"workerPoolSpecs": [{}, {"replicas": 1}]}}}""", "custom_job.job_spec.worker_pool_specs[1]|replicas")]
    [InlineData("""{"customJob": {"satisfiesPzs": false, "dns": "", "count": 0, "none": null, "list": []}}""", null)]
    [InlineData("""{"customJob": {"satisfiesPzs": true}}""", "custom_job|satisfiesPzs")]
    [InlineData("""{"what": 1}""", "|what")]
    [InlineData("no json", null)]
    public void Unknown_Names_AreFound(string json, string? found)
    {
        var unknown = JsonNames.Unknown(CreateCustomJobRequest.Descriptor, Encoding.UTF8.GetBytes(json));
        Assert.Equal(found, unknown is { } it ? $"{it.Path}|{it.Name}" : null);
    }

    [Theory]
    [InlineData("display_name")]
    [InlineData("displayName")]
    public void Apply_ReadMask_KeepsWhatItNames(string path)
    {
        var request = new ListCustomJobsRequest { ReadMask = new FieldMask { Paths = { path } } };
        var response = new ListCustomJobsResponse { NextPageToken = "next", CustomJobs = { new CustomJob { Name = "n", DisplayName = "d" } } };
        var cut = (ListCustomJobsResponse)ReadMasks.Apply(request, response);
        Assert.Equal(("next", "", "d"), (cut.NextPageToken, cut.CustomJobs[0].Name, cut.CustomJobs[0].DisplayName));
        request.ReadMask = new FieldMask { Paths = { "nothing" } };
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => ReadMasks.Apply(request, response)).StatusCode);
    }
}
