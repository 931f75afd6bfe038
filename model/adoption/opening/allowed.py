"""The only names a pickle may bring to life, each by exact module and name.

A pickle is a program that calls what it names. What stands here does nothing but hold numbers and
compute with them: none opens a file, imports, evaluates a text, or fetches an attribute by name.
Closed under composition: whatever a pickle passes to one of these is itself made of these. So no
name is allowed by its module alone, and none of: `getattr`, `functools.partial`, `joblib.Memory`,
`numpy.load`, `numpy.memmap`, readers of texts, patsy and formulaic (they evaluate formulas).
"""

from __future__ import annotations


def _named(module: str, names: str) -> set[tuple[str, str]]:
    return {(module, name) for name in names.split()}


PLAIN = (
    _named("builtins", "bytes bytearray slice set frozenset complex range list dict tuple")
    | _named("builtins", "int float str bool object")
    | _named("collections", "OrderedDict defaultdict")
    | _named("copyreg", "_reconstructor")
    | _named("_codecs", "encode")
)

NUMPY = (
    _named("numpy", "dtype ndarray number bool bool_ int8 int16 int32 int64 uint8 uint16 uint32")
    | _named("numpy", "uint64 float16 float32 float64 str_ longdouble")
    | _named("numpy", "log log1p log2 log10 exp expm1 sqrt cbrt square abs absolute negative")
    | _named("numpy", "reciprocal sign tanh sin cos")
    | _named("numpy._core.multiarray", "_reconstruct scalar")
    | _named("numpy._core.numeric", "_frombuffer")
    | _named("numpy.dtypes", "Float64DType Float32DType Int64DType")
    | _named("numpy.ma", "MaskedArray")
    | _named("numpy.ma.core", "_mareconstruct MaskedArray")
    | _named("numpy.random._mt19937", "MT19937")
    | _named("numpy.random._pcg64", "PCG64")
    | _named("numpy.random._pickle", "__bit_generator_ctor __generator_ctor __randomstate_ctor")
    | _named("numpy.random.bit_generator", "SeedSequence __pyx_unpickle_SeedSequence")
)

PANDAS = (
    _named("pandas", "DataFrame Series Index RangeIndex StringDtype CategoricalDtype Categorical")
    | _named("pandas", "Int64Dtype Float64Dtype BooleanDtype")
    | _named("pandas.arrays", "ArrowStringArray")
    | _named("pandas._libs.internals", "_unpickle_block")
    | _named("pandas.core.indexes.base", "_new_Index Index")
    | _named("pandas.core.indexes.range", "RangeIndex")
    | _named("pandas.core.internals.managers", "BlockManager SingleBlockManager")
    | _named("pandas.core.frame", "DataFrame")
    | _named("pandas.core.series", "Series")
    | _named("pyarrow.lib", "_restore_array py_buffer type_for_alias")
)

SCIPY = (
    _named("scipy.interpolate._bsplines", "BSpline")
    | _named("scipy.interpolate._interpolate", "interp1d")
    | _named("scipy.sparse._csr", "csr_matrix csr_array")
    | _named("scipy._lib.array_api_compat.numpy._aliases", "asarray")
)

_ENSEMBLE = "sklearn.ensemble._"
_BOOSTING = "sklearn.ensemble._hist_gradient_boosting."
SKLEARN = (
    _named("sklearn._loss._loss", "CyHalfBinomialLoss CyHalfSquaredError CyAbsoluteError")
    | _named("sklearn._loss._loss", "CyHalfMultinomialLoss CyExponentialLoss CyHuberLoss")
    | _named("sklearn._loss.link", "IdentityLink Interval LogitLink HalfLogitLink MultinomialLogit")
    | _named("sklearn._loss.loss", "HalfBinomialLoss HalfSquaredError HalfMultinomialLoss")
    | _named("sklearn._loss.loss", "ExponentialLoss AbsoluteError HuberLoss")
    | _named("sklearn.calibration", "CalibratedClassifierCV _CalibratedClassifier")
    | _named("sklearn.calibration", "_SigmoidCalibration _TemperatureScaling")
    | _named("sklearn.compose._column_transformer", "ColumnTransformer make_column_selector")
    | _named("sklearn.compose._column_transformer", "_RemainderColsList")
    | _named("sklearn.compose._target", "TransformedTargetRegressor")
    | _named("sklearn.decomposition._pca", "PCA")
    | _named("sklearn.decomposition._truncated_svd", "TruncatedSVD")
    | _named("sklearn.discriminant_analysis", "LinearDiscriminantAnalysis")
    | _named("sklearn.discriminant_analysis", "QuadraticDiscriminantAnalysis")
    | _named("sklearn.dummy", "DummyClassifier DummyRegressor")
    | _named(f"{_ENSEMBLE}bagging", "BaggingClassifier BaggingRegressor")
    | _named(f"{_ENSEMBLE}forest", "ExtraTreesClassifier RandomForestClassifier")
    | _named(f"{_ENSEMBLE}forest", "ExtraTreesRegressor RandomForestRegressor")
    | _named(f"{_ENSEMBLE}gb", "GradientBoostingClassifier GradientBoostingRegressor")
    | _named(f"{_ENSEMBLE}gb_losses", "BinomialDeviance ExponentialLoss LeastSquaresError")
    | _named(f"{_ENSEMBLE}stacking", "StackingClassifier StackingRegressor")
    | _named(f"{_ENSEMBLE}voting", "VotingClassifier VotingRegressor")
    | _named(f"{_ENSEMBLE}weight_boosting", "AdaBoostClassifier AdaBoostRegressor")
    | _named(f"{_BOOSTING}binning", "_BinMapper")
    | _named(f"{_BOOSTING}predictor", "TreePredictor")
    | _named(f"{_BOOSTING}gradient_boosting", "HistGradientBoostingClassifier")
    | _named(f"{_BOOSTING}gradient_boosting", "HistGradientBoostingRegressor")
    | _named("sklearn.feature_selection._from_model", "SelectFromModel")
    | _named("sklearn.feature_selection._rfe", "RFE RFECV")
    | _named("sklearn.feature_selection._univariate_selection", "SelectKBest SelectPercentile")
    | _named("sklearn.feature_selection._univariate_selection", "f_classif chi2 f_regression")
    | _named("sklearn.feature_selection._mutual_info", "mutual_info_classif")
    | _named("sklearn.feature_selection._variance_threshold", "VarianceThreshold")
    | _named("sklearn.frozen._frozen", "FrozenEstimator")
    | _named("sklearn.impute._base", "SimpleImputer MissingIndicator")
    | _named("sklearn.impute._iterative", "IterativeImputer _ImputerTriplet")
    | _named("sklearn.impute._knn", "KNNImputer")
    | _named("sklearn.isotonic", "IsotonicRegression")
    | _named("sklearn.linear_model._base", "LinearRegression")
    | _named("sklearn.linear_model._bayes", "BayesianRidge")
    | _named("sklearn.linear_model._coordinate_descent", "ElasticNet Lasso LassoCV ElasticNetCV")
    | _named("sklearn.linear_model._logistic", "LogisticRegression LogisticRegressionCV")
    | _named("sklearn.linear_model._passive_aggressive", "PassiveAggressiveClassifier")
    | _named("sklearn.linear_model._perceptron", "Perceptron")
    | _named("sklearn.linear_model._ridge", "Ridge RidgeClassifier RidgeCV RidgeClassifierCV")
    | _named("sklearn.linear_model._sgd_fast", "Hinge Log ModifiedHuber SquaredHinge SquaredLoss")
    | _named("sklearn.linear_model._stochastic_gradient", "SGDClassifier SGDRegressor")
    | _named("sklearn.metrics._classification", "balanced_accuracy_score accuracy_score f1_score")
    | _named("sklearn.metrics._ranking", "roc_auc_score average_precision_score")
    | _named("sklearn.metrics._scorer", "_CurveScorer _PassthroughScorer _Scorer")
    | _named("sklearn.model_selection._classification_threshold", "TunedThresholdClassifierCV")
    | _named("sklearn.model_selection._classification_threshold", "FixedThresholdClassifier")
    | _named("sklearn.model_selection._search", "GridSearchCV RandomizedSearchCV")
    | _named("sklearn.model_selection._split", "StratifiedKFold KFold RepeatedStratifiedKFold")
    | _named("sklearn.naive_bayes", "BernoulliNB GaussianNB MultinomialNB ComplementNB")
    | _named("sklearn.naive_bayes", "CategoricalNB")
    | _named("sklearn.neural_network._multilayer_perceptron", "MLPClassifier MLPRegressor")
    | _named("sklearn.neural_network._stochastic_optimizers", "AdamOptimizer SGDOptimizer")
    | _named("sklearn.pipeline", "FeatureUnion Pipeline")
    | _named("sklearn.preprocessing._data", "Binarizer MaxAbsScaler MinMaxScaler Normalizer")
    | _named("sklearn.preprocessing._data", "PowerTransformer QuantileTransformer RobustScaler")
    | _named("sklearn.preprocessing._data", "StandardScaler KernelCenterer")
    | _named("sklearn.preprocessing._discretization", "KBinsDiscretizer")
    | _named("sklearn.preprocessing._encoders", "OneHotEncoder OrdinalEncoder")
    | _named("sklearn.preprocessing._function_transformer", "FunctionTransformer")
    | _named("sklearn.preprocessing._label", "LabelBinarizer LabelEncoder")
    | _named("sklearn.preprocessing._polynomial", "PolynomialFeatures SplineTransformer")
    | _named("sklearn.preprocessing._target_encoder", "TargetEncoder")
    | _named("sklearn.svm._classes", "LinearSVC SVC SVR LinearSVR NuSVC")
    | _named("sklearn.tree._classes", "DecisionTreeClassifier DecisionTreeRegressor")
    | _named("sklearn.tree._classes", "ExtraTreeClassifier ExtraTreeRegressor")
    | _named("sklearn.tree._tree", "Tree")
    | _named("sklearn.utils._bunch", "Bunch")
    | _named("sklearn.utils._metadata_requests", "MetadataRequest MethodMetadataRequest")
)

_EBM = "interpret.glassbox._ebm._ebm"
_FAMILIES = "statsmodels.genmod.families."
OTHERS = (
    _named("xgboost.core", "Booster")
    | _named("xgboost.sklearn", "XGBClassifier XGBRegressor XGBRFClassifier")
    | _named("lightgbm.basic", "Booster")
    | _named("lightgbm.sklearn", "LGBMClassifier LGBMRegressor")
    | _named("lightgbm.sklearn", "_LGBMLabelEncoder")
    | _named(_EBM, "ExplainableBoostingClassifier ExplainableBoostingRegressor")
    | _named("statsmodels.base.data", "PandasData ModelData")
    | _named("statsmodels.discrete.discrete_model", "BinaryResultsWrapper Logit LogitResults")
    | _named("statsmodels.discrete.discrete_model", "L1BinaryResultsWrapper L1BinaryResults")
    | _named("statsmodels.discrete.discrete_model", "Probit ProbitResults")
    | _named(f"{_FAMILIES}family", "Binomial Gaussian Poisson")
    | _named(f"{_FAMILIES}links", "Logit Probit CLogLog Log Identity Cauchy")
    | _named(f"{_FAMILIES}varfuncs", "Binomial VarianceFunction Power")
    | _named("statsmodels.genmod.generalized_linear_model", "GLM GLMResults GLMResultsWrapper")
)

ALLOWED = frozenset(PLAIN | NUMPY | PANDAS | SCIPY | SKLEARN | OTHERS)

MOVED = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "numpy.core.multiarray": "numpy._core.multiarray",
    "numpy.core.numeric": "numpy._core.numeric",
    "_loss": "sklearn._loss._loss",
}
"""Where modules are today that older pickles name as they were."""
