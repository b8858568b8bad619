using Isobar.Aws.Iam;

namespace Isobar.Aws.Tests.Iam;

public sealed class RoleTests
{
    [Theory]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"}}]}", "sagemaker.amazonaws.com", true)]
    [InlineData("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"lambda.amazonaws.com\",\"sagemaker.amazonaws.com\"]}}}", "sagemaker.amazonaws.com", true)]
    [InlineData("{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"}}]}", "sagemaker.amazonaws.com", false)]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"}}]}", "111122223333", true)]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"}}]}", "444455556666", false)]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\"}]}", "anyone", true)]
    public void Trusts_Principal_AsThePolicySays(string policy, string principal, bool expected)
    {
        var role = new Role { Account = "000000000000", Name = "r", Path = "/", Id = "x", TrustPolicy = policy, Created = default };
        Assert.Equal(expected, role.Trusts(principal));
    }
}
