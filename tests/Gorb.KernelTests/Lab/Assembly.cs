using System.Runtime.Versioning;
using Gorb.KernelTests.Lab;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(Network))]
[assembly: AssemblyFixture(typeof(SharedDaemon))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // all tests share one kernel table
[assembly: TestCollectionOrderer(typeof(NameOrder))]
[assembly: TestClassOrderer(typeof(NameOrder))]
[assembly: TestMethodOrderer(typeof(NameOrder))]
[assembly: TestCaseOrderer(typeof(NameOrder))]
