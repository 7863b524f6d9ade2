using Xunit.Sdk;
using Xunit.v3;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// Runs the tests in the order of their names. The default order depends on the path of the test assembly, so the tests could pass in one clone of the
/// repository and fail in another: the kernel keeps some state of a test (connections, removed destinations) for minutes.
/// </summary>
public sealed class NameOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection => Order(testCollections, static collection => collection.TestCollectionDisplayName);

    public IReadOnlyCollection<T?> OrderTestClasses<T>(IReadOnlyCollection<T?> testClasses)
        where T : ITestClass => Order(testClasses, static test => test?.TestClassName);

    public IReadOnlyCollection<T?> OrderTestMethods<T>(IReadOnlyCollection<T?> testMethods)
        where T : ITestMethod => Order(testMethods, static method => method?.MethodName);

    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> testCases)
        where T : ITestCase => Order(testCases, static test => test.TestCaseDisplayName);

    private static T[] Order<T>(IReadOnlyCollection<T> tests, Func<T, string?> name) => [.. tests.OrderBy(name, StringComparer.Ordinal)];
}
